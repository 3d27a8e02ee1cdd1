import SMTP
import SamotopCore
import SamotopGuards
import SamotopTesting

/// The server that `Dialogues/README.md` describes.
struct TestServer {
    let mailboxes = MemoryMailboxes(
        [
            "u@our.test": ["u@our.test"], "u2@our.test": ["u2@our.test"],
            "alice.o'hara@our.test": ["alice.o'hara@our.test"], "postmaster@our.test": ["u@our.test"],
            "abuse@our.test": ["u@our.test"], "list@our.test": ["u@our.test", "u2@our.test"],
        ], full: ["full@our.test"], postmaster: "u@our.test")
    let service: MailService
    let role: Role
    let encryption: ServerSession.Encryption

    init(_ settings: [String: String]) throws {
        var limits = SessionLimits()
        limits.messageSize = settings["max-size"].flatMap { UInt64($0) } ?? 10_485_760
        limits.recipients = settings["max-recipients"].flatMap { Int($0) } ?? 100
        limits.errors = settings["max-errors"].flatMap { Int($0) } ?? 10
        // Long: whoever speaks first does so in time, however busy the machine is.
        let delay: Duration =
            switch settings["banner-delay"] {
            case "yes": .seconds(2)
            case "long": .seconds(600)
            default: .zero
            }
        service = try MailService(
            "mx.our.test", delivering: mailboxes, limits: limits,
            submission: SubmissionRules(authenticator: OnePassword()), clock: ManualClock()
        ) {
            Prudence(bannerDelay: delay)
            RefusingOnRequest()
        }
        role = settings["role"].flatMap { Role(rawValue: $0) } ?? .mx
        encryption =
            switch settings["tls"] {
            case "none": .unavailable
            case "required": .required
            case "implicit": .active
            default: .offered
            }
    }

    func delivered() -> [(mailbox: String, content: [UInt8])] { mailboxes.delivered.map { ($0.mailbox, $0.content) } }
}

/// Refuses a message whose header asks for it.
private struct RefusingOnRequest: MailGuard {
    func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict {
        var content: [UInt8] = []
        try message.content.read { slice in
            for index in slice.indices { content.append(slice[index]) }
        }
        let text = String(decoding: content, as: UTF8.self)
        let header = text.components("\r\n\r\n").first ?? text
        let words = ReplyWords(50, 7, 1, "As the message asked")
        if header.components("\r\n").contains("X-Refuse: yes") { return .reject(Refusal(words, cause: "asked for")) }
        if header.components("\r\n").contains("X-Postpone: yes") {
            return .postpone(Refusal(ReplyWords(51, 7, 1, "As the message asked"), cause: "asked for"))
        }
        return .pass
    }
}

extension String {
    func components(_ separator: String) -> [String] {
        let bytes = Array(utf8)
        let mark = Array(separator.utf8)
        var parts: [String] = []
        var start = 0
        var index = 0
        while index + mark.count <= bytes.count {
            if bytes[index..<(index + mark.count)].elementsEqual(mark) {
                parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
                index += mark.count
                start = index
            } else {
                index += 1
            }
        }
        parts.append(String(decoding: bytes[start...], as: UTF8.self))
        return parts
    }
}

/// Lets `u` in with the password `secret`, by PLAIN or in two questions.
private struct OnePassword: Authenticator {
    func mechanisms(for session: Session) -> [String] { ["PLAIN", "LOGIN"] }

    func begin(_ mechanism: String, in session: Session) -> (any AuthenticationExchange)? {
        mechanism == "PLAIN" ? Plain() : Login(name: nil)
    }

    static func outcome(_ isRight: Bool) -> AuthenticationOutcome {
        isRight
            ? .authenticated(Submitter(.authenticated, name: "u"))
            : .failed(.reject(Refusal(.credentialsInvalid, cause: "wrong")))
    }

    struct Plain: AuthenticationExchange {
        func respond(to message: [UInt8]?, in session: Session) async -> AuthenticationOutcome {
            guard let message else { return .challenge([], then: self) }
            return OnePassword.outcome(message == Array("\0u\0secret".utf8))
        }
    }

    struct Login: AuthenticationExchange {
        let name: [UInt8]?

        func respond(to message: [UInt8]?, in session: Session) async -> AuthenticationOutcome {
            guard let message else { return .challenge(Array("Username:".utf8), then: self) }
            guard let name else { return .challenge(Array("Password:".utf8), then: Login(name: message)) }
            return OnePassword.outcome(name == Array("u".utf8) && message == Array("secret".utf8))
        }
    }
}
