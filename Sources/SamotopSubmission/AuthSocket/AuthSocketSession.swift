import SMTP
public import SamotopCore

/// A client of Dovecot's authentication protocol, version 1: other programs on this machine (Postfix, Exim, HAProxy) let our accounts in,
/// by the same passwords and the same bounds on guessing. No I/O: lines come in, lines go out.
///
/// What the protocol calls plain text (PLAIN, LOGIN, and tokens, which are as good as passwords) is answered for clients alone that say
/// `secured`.
public actor AuthSocketSession {
    /// Exchanges that a client may have under way; one more ends the oldest of those that wait for the client.
    public static let maximumExchanges = 1_000
    /// Octets of a line at most, its end left out.
    public static let longestLine = 16_384

    /// What follows from a line.
    public enum Step: Sendable {
        case nothing
        case answer(String)
        /// Takes its time: ``answer(_:)`` brings the answer, and other lines can be taken meanwhile.
        case check(Check)
    }

    /// A response that is to be checked.
    public struct Check: Sendable {
        fileprivate let id: UInt32
        fileprivate let pending: Pending
        fileprivate let response: [UInt8]?
    }

    fileprivate struct Pending {
        let exchange: any AuthenticationExchange
        let session: Session
        /// Of its last challenge, in their order.
        var order: UInt64 = 0
    }

    private let authenticator: any Authenticator
    private let number: UInt32
    private let cookie: String
    private var pending: [UInt32: Pending] = [:]
    /// Those that are being answered now: their ids can't be used again meanwhile.
    private var busy: Set<UInt32> = []
    /// Those of them that were given up meanwhile.
    private var cancelled: Set<UInt32> = []
    private var challenges: UInt64 = 0
    private var isReady = false

    /// - Parameter number: of this client among all of the server's.
    public init(_ authenticator: any Authenticator, number: UInt32) {
        self.authenticator = authenticator
        self.number = number
        let digits = Array("0123456789abcdef")
        cookie = String((0..<32).map { _ in digits[Int.random(in: 0..<16)] })
    }

    /// What the server says first.
    ///
    /// - Parameter process: the server's number.
    public func greeting(process: Int32) -> [String] {
        let session = Self.session(.local)
        let mechanisms = authenticator.mechanisms(for: session).map { name in
            "MECH\t\(name)\t" + (Self.isPlainText(name) ? "plaintext" : "mutual-auth")
        }
        return ["VERSION\t1\t2"] + mechanisms + ["SPID\t\(process)", "CUID\t\(number)", "COOKIE\t\(cookie)", "DONE"]
    }

    /// Takes the client's lines, in their order.
    ///
    /// - Throws: ``Malformed``: the client is to be hung up on.
    public func take(_ line: [UInt8]) throws(Malformed) -> Step {
        guard let request = AuthRequest(line) else { throw Malformed() }
        switch request {
        case .version(let major):
            guard major == 1 else { throw Malformed() }
            return .nothing
        case .ready:
            isReady = true
            return .nothing
        case .unknown: return .nothing
        case .cancel(let id):
            pending[id] = nil
            if busy.contains(id) { cancelled.insert(id) }
            return .nothing
        case .garbled(let id):
            guard isReady, !busy.contains(id) else { throw Malformed() }
            pending[id] = nil
            return .answer(Self.failure(id))
        case .begin(let id, let mechanism, let details): return try begin(id, mechanism, details)
        case .continue(let id, let response):
            guard !busy.contains(id) else { throw Malformed() }
            // Whoever goes on with what is over, or cancelled, hears that it failed.
            guard let next = pending.removeValue(forKey: id) else { return .answer(Self.failure(id)) }
            busy.insert(id)
            return .check(Check(id: id, pending: next, response: response))
        }
    }

    /// A line that isn't of the protocol.
    public struct Malformed: Error, Sendable, Hashable {
        /// Makes one.
        public init() {}
    }

    private func begin(_ id: UInt32, _ mechanism: String, _ details: AuthRequest.Details) throws(Malformed) -> Step {
        guard isReady, pending[id] == nil, !busy.contains(id) else { throw Malformed() }
        let session = Self.session(details.address)
        // Not every program tells when its own client has gone.
        if pending.count + busy.count >= Self.maximumExchanges,
            let oldest = pending.min(by: { $0.value.order < $1.value.order })?.key
        {
            pending[oldest] = nil
        }
        guard pending.count + busy.count < Self.maximumExchanges, details.isSecured || !Self.isPlainText(mechanism),
            authenticator.mechanisms(for: session).contains(mechanism),
            let exchange = authenticator.begin(mechanism, in: session)
        else { return .answer(Self.failure(id)) }
        busy.insert(id)
        return .check(
            Check(id: id, pending: Pending(exchange: exchange, session: session), response: details.response))
    }

    /// Checks a response, and says what the client is told.
    public func answer(_ check: Check) async -> String {
        let (id, session) = (check.id, check.pending.session)
        let outcome = await check.pending.exchange.respond(to: check.response, in: session)
        busy.remove(id)
        if cancelled.remove(id) != nil { return Self.failure(id) }
        switch outcome {
        case .challenge(let octets, let next):
            challenges += 1
            pending[id] = Pending(exchange: next, session: session, order: challenges)
            return "CONT\t\(id)\t" + String(decoding: Base64Text.encode(octets), as: UTF8.self)
        case .authenticated(let submitter): return "OK\t\(id)\tuser=\(submitter.name)"
        case .failed(.postpone): return Self.failure(id) + "\ttemp"
        case .failed: return Self.failure(id)
        }
    }

    private static func failure(_ id: UInt32) -> String { "FAIL\t\(id)" }

    private static func isPlainText(_ mechanism: String) -> Bool {
        switch SubmissionMechanism(rawValue: mechanism) {
        case .plain, .login, .oauthBearer, .xoauth2: true
        default: false
        }
    }

    private static func session(_ address: ClientAddress) -> Session {
        Session(id: "auth-socket", role: .submission, client: address)
    }
}
