import SASL
import SMTP
import SamotopAccounts
import SamotopCore
import SamotopTesting
import Synchronization
import TransportSecurity

@testable import SamotopSubmission

/// A server with the accounts ann (app password "phone") and bob, in memory.
struct TestHouse {
    static let password = "correct horse"
    static let cost = PasswordHash.Cost(logarithm: 10) ?? .standard

    final class Accounts: SubmissionAccounts {
        let secrets: Mutex<[String: AccountSecrets]>
        let isBroken = Mutex(false)
        let certificates = Mutex<[String: [Fingerprint]]>([:])
        let owned: [String: OwnedAddresses]

        init(_ secrets: [String: AccountSecrets]) {
            self.secrets = Mutex(secrets)
            let sales = ["ann@our.test", "sales@our.test"].compactMap { Mailbox($0) }
            owned = [
                "ann@our.test": OwnedAddresses(sales, domains: [DomainName("shop.test")].compactMap(\.self)),
                "bob@our.test": OwnedAddresses([Mailbox("bob@our.test")].compactMap(\.self)),
            ]
        }

        struct Broken: Error {}

        func secrets(of name: String) async throws -> AccountSecrets? {
            if isBroken.withLock({ $0 }) { throw Broken() }
            return secrets.withLock { $0[name] }
        }

        func names(withCertificate fingerprint: Fingerprint) async throws -> [String] {
            if isBroken.withLock({ $0 }) { throw Broken() }
            return certificates.withLock { $0.filter { $0.value.contains(fingerprint) }.map(\.key) }
        }

        func addresses(of name: String) -> OwnedAddresses? {
            secrets.withLock { $0[name] } == nil ? nil : owned[name]
        }
    }

    let accounts: Accounts
    let appPassword: String
    let mailboxes = MemoryMailboxes(["ann@our.test": ["ann@our.test"], "bob@our.test": ["bob@our.test"]])
    let clock = ManualClock()
    let limiter: MemorySignInLimiter
    let verifier = PasswordVerifier(threads: 1, cost: cost)
    let authenticator: PasswordAuthenticator
    let acquaintances = MemoryAcquaintances()
    let service: MailService

    init(
        mechanisms: [PasswordAuthenticator.Mechanism] = PasswordAuthenticator.Mechanism.allCases,
        limits: SendingLimits = SendingLimits(), isPrivate: Bool = true, isRefusing: Bool = false,
        order: [SubmissionMechanism] = SubmissionMechanism.allCases,
        others: (Accounts, any SignInLimiter, ManualClock) -> [any Authenticator] = { _, _, _ in [] }
    ) throws {
        var ann = AccountSecrets()
        _ = ann.set(password: Self.password, cost: Self.cost, iterations: 4_096)
        appPassword = ann.addAppPassword("phone", now: 0) ?? ""
        var bob = AccountSecrets()
        _ = bob.set(password: "bob's", cost: Self.cost, iterations: 4_096)
        accounts = Accounts(["ann@our.test": ann, "bob@our.test": bob])
        limiter = MemorySignInLimiter(clock: clock)
        authenticator = PasswordAuthenticator(
            accounts, verifier: verifier, limiter: limiter, key: Array(repeating: 3, count: 32),
            mechanisms: mechanisms, iterations: 4_096)
        let ways: [any Authenticator] = [authenticator] + others(accounts, limiter, clock)
        var rules = SubmissionRules(authenticator: SubmissionAuthenticator(ways, order: order))
        guard let host = DomainName("mx.our.test") else { throw CompositionError.invalidName("") }
        rules.hidesClient = isPrivate
        rules.removedFields = isPrivate ? SubmittedMessage.revealingFields : []
        rules.header = { SubmittedMessage.header($0, $1, $2, host: host, isPrivate: isPrivate) }
        let own = OwnSender(accounts, acquaintances: acquaintances, limits: limits, clock: clock)
        service = try MailService(
            "mx.our.test", delivering: mailboxes, submission: rules, clock: clock
        ) {
            StrangersOnly()
            own
            if isRefusing { RefusingAll() }
        }
    }

    /// Refuses each message at its end.
    struct RefusingAll: MailGuard {
        func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict {
            .reject(Refusal(ReplyWords(54, 7, 1, "No"), cause: "all are refused"))
        }
    }

    /// Refuses everything, as long as it is asked.
    struct StrangersOnly: MailGuard {
        var isForStrangers: Bool { true }
        func connection(_ session: inout Session) async throws -> Verdict { refusal }
        func hello(_ session: inout Session) async throws -> Verdict { refusal }
        func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict { refusal }
        private var refusal: Verdict { .reject(Refusal(.relayingDenied, cause: "a stranger")) }
    }

    /// A session inside TLS that has greeted.
    func connect(
        pieceSize: Int = .max, client: ClientAddress = .ipv4([192, 0, 2, 7]), certificate: [UInt8]? = nil
    ) async throws -> Talk {
        var tls = TLSFacts(version: "TLSv1.3")
        tls.clientCertificate = certificate
        let talk = Talk(
            await MemoryConnection(
                service, role: .submission, client: client, encryption: .active, pieceSize: pieceSize, tls: tls))
        _ = try await talk.connection.receive()
        _ = try await talk.say("EHLO [192.168.1.17]")
        return talk
    }

    /// The same, with ann signed in.
    func signedIn() async throws -> Talk {
        let talk = try await connect()
        _ = try await talk.say("AUTH PLAIN " + Self.plain("ann@our.test", Self.password))
        return talk
    }

    static func plain(_ name: String, _ password: String, _ authorizing: String = "") -> String {
        encoded("\(authorizing)\0\(name)\0\(password)")
    }

    static func encoded(_ text: String) -> String {
        String(decoding: Base64Text.encode(Array(text.utf8)), as: UTF8.self)
    }

    /// The only message, as the mailbox has it.
    func delivered() -> String {
        mailboxes.delivered.last.map { String(decoding: $0.trace + $0.content, as: UTF8.self) } ?? ""
    }
}

/// A client's side, line by line.
struct Talk {
    let connection: MemoryConnection

    init(_ connection: MemoryConnection) { self.connection = connection }

    /// What the server says to a line.
    func say(_ line: String) async throws -> String {
        try await connection.send(Array("\(line)\r\n".utf8))
        return String(decoding: try await connection.receive(), as: UTF8.self)
    }

    /// The codes of the replies to MAIL, RCPT and the message, as far as it comes.
    func mail(_ sender: String, _ recipients: [String], _ header: String) async throws -> [String] {
        var codes = [String(try await say("MAIL FROM:<\(sender)>").prefix(9))]
        for recipient in recipients { codes.append(String(try await say("RCPT TO:<\(recipient)>").prefix(9))) }
        guard try await say("DATA").hasPrefix("354") else { return codes }
        codes.append(String(try await say("\(header)\r\nhello\r\n.").prefix(9)))
        return codes
    }
}
