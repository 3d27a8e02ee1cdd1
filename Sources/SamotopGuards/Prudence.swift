public import SMTP
public import SamotopCore

/// Strict SMTP: clients that don't behave like mail servers mostly aren't.
///
/// Early talkers, clients that don't wait where they must, endless errors and over-long lines are refused. All of that is
/// conduct on the wire, so the session machine enforces it for this guard; bare newlines it refuses in any case.
public struct Prudence: MailGuard {
    /// What becomes of an EHLO or HELO that can't be true.
    public enum HelloCheck: String, Sendable, Hashable, CaseIterable {
        /// Nothing.
        case off
        /// Our own name or a bare name without a dot from a client on the Internet is refused (550 5.7.1).
        case refuse
    }

    private let asked: Conduct
    private let helloCheck: HelloCheck
    private let ownNames: Set<DomainName>

    /// Makes the guard.
    ///
    /// - Parameters:
    ///   - bannerDelay: how long the greeting is held back, so that early talkers show themselves.
    ///   - earlyTalker: 554 5.5.0, or only noted.
    ///   - illegalPipelining: 554 5.5.0, or only noted (RFC 2920 §3.1).
    ///   - longLines: lines over 998 octets: 550 5.6.0, or only noted.
    ///   - maximumErrors: failed commands before 421 4.7.0; nil leaves it to the service.
    ///   - tarpit: how long each error reply is held back.
    ///   - helloCheck: what becomes of names that can't be true.
    ///   - ownNames: names that only we may use.
    public init(
        bannerDelay: Duration = .zero, earlyTalker: ServerSession.Treatment = .refuse,
        illegalPipelining: ServerSession.Treatment = .refuse, longLines: ServerSession.Treatment = .refuse,
        maximumErrors: Int? = nil, tarpit: Duration = .zero, helloCheck: HelloCheck = .off,
        ownNames: Set<DomainName> = []
    ) {
        var conduct = Conduct()
        conduct.greetingDelay = bannerDelay
        conduct.earlyTalker = earlyTalker
        conduct.illegalPipelining = illegalPipelining
        conduct.longLines = longLines
        conduct.maximumErrors = maximumErrors
        conduct.errorDelay = tarpit
        asked = conduct
        self.helloCheck = helloCheck
        self.ownNames = ownNames
    }

    public var name: String { "prudence" }
    public var conduct: Conduct { asked }

    public func hello(_ session: inout Session) async throws -> Verdict {
        guard helloCheck == .refuse, session.role == .mx, session.client.isOnInternet,
            case .name(let name) = session.hello?.domain
        else { return .pass }
        if ownNames.contains(name) {
            return .reject(Refusal(.helloIsOurs, cause: "says our own name"))
        }
        // RFC 5321 §4.1.1.1: a fully-qualified name, or an address literal.
        guard name.bytes.contains(UInt8(ascii: ".")) else {
            return .reject(Refusal(.helloNotQualified, cause: "says a name without a domain"))
        }
        return .pass
    }

    public func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws
        -> Verdict
    {
        // RFC 5321 §3.6.3: a notification answers one message, so it has one recipient. LMTP comes after such a split.
        guard session.role == .mx, envelope.reversePath == .null, !envelope.recipients.isEmpty else { return .pass }
        return .reject(Refusal(.notificationToSeveral, cause: "a second recipient for the null reverse-path"))
    }
}

extension ReplyWords {
    static let helloIsOurs = ReplyWords(50, 7, 1, "That is this server's name, not yours")
    static let helloNotQualified = ReplyWords(50, 7, 1, "Say a fully-qualified name (RFC 5321 section 4.1.1.1)")
}

extension ClientAddress {
    /// False for sockets, loopback and private networks (RFC 1918, RFC 4193, RFC 6890).
    var isOnInternet: Bool {
        switch self {
        case .local: return false
        case .ipv4(let bytes):
            guard bytes.count == 4 else { return true }
            switch (bytes[0], bytes[1]) {
            case (10, _), (127, _), (192, 168), (169, 254): return false
            case (172, 16...31): return false
            default: return true
            }
        case .ipv6(let bytes):
            guard bytes.count == 16 else { return true }
            if bytes.dropLast().allSatisfy({ $0 == 0 }), bytes[15] == 1 { return false }
            return bytes[0] & 0xFE != 0xFC && !(bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
        }
    }
}
