import SMTP
import SamotopCore
import SamotopGuards
import SamotopTesting

/// The server that two octets stand for. (0, 0) is the server of `Dialogues/README.md`, told everything in one write.
struct SessionSettings {
    let role: Role
    let encryption: ServerSession.Encryption
    let treatment: ServerSession.Treatment
    let hasTightLimits: Bool
    let guardsWait: Bool
    /// Octets in a piece; nil: all come at once.
    let pieceSize: Int?
    let hasDelays: Bool
    /// The client speaks before the greeting.
    let isEarly: Bool

    init(_ first: UInt8, _ second: UInt8) {
        role = first & 1 == 0 ? .mx : .lmtp
        encryption = [.offered, .unavailable, .required, .active][Int(first >> 1 & 3)]
        treatment = first & 8 == 0 ? .refuse : .note
        hasTightLimits = first & 16 != 0
        guardsWait = first & 32 != 0
        pieceSize = [nil, 2, 3, 5, 8, 13, 61, 251][Int(second & 7)]
        hasDelays = second & 8 != 0
        isEarly = second & 16 != 0
    }

    func service(_ mailboxes: MemoryMailboxes) -> MailService {
        var limits = SessionLimits()
        if hasTightLimits {
            limits.messageSize = 60
            limits.recipients = 2
            limits.headerSize = 50
            limits.headerFields = 3
            limits.receivedFields = 2
            limits.errors = 3
            limits.junkCommands = 4
        }
        let delay: Duration = hasDelays ? .seconds(1) : .zero
        do {
            return try MailService("mx.our.test", delivering: mailboxes, limits: limits, clock: ManualClock()) {
                Prudence(
                    bannerDelay: delay, earlyTalker: treatment, illegalPipelining: treatment, longLines: treatment,
                    tarpit: delay, helloCheck: .refuse)
                if guardsWait { WaitingGuard() }
                RefuseUnencrypted(for: DomainName("secret.test").map { [$0] })
            }
        } catch {
            fatalError("\(error)")
        }
    }

    static func mailboxes() -> MemoryMailboxes {
        MemoryMailboxes(
            ["u@our.test": ["u"], "u2@our.test": ["u2"], "list@our.test": ["u", "u2"], "u@secret.test": ["u"]],
            full: ["full@our.test"])
    }
}

/// Makes the session wait at every stage, so that answers come from another thread.
private struct WaitingGuard: MailGuard {
    func connection(_ session: inout Session) async throws -> Verdict { await later() }
    func hello(_ session: inout Session) async throws -> Verdict { await later() }
    func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict { await later() }
    func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
        await later()
    }
    func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict { await later() }

    private func later() async -> Verdict {
        await Task.yield()
        return .pass
    }
}
