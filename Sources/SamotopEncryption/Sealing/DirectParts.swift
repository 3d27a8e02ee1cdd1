public import SMTP
public import SamotopCore

/// Parts that go straight to mailboxes, where no journal stands between: for what comes out of the queue, which tries again.
///
/// Encrypted copies of one message differ, so that a part that was delivered before a crash is looked for by its name.
public struct DirectParts: PartsDeliveryAgent {
    private let mailboxes: any BatchDeliveryAgent

    /// Puts it around mailboxes.
    public init(_ mailboxes: any BatchDeliveryAgent) { self.mailboxes = mailboxes }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await mailboxes.resolve(path) }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await mailboxes.deliver(message, to: recipients)
    }

    /// All are tried. Whoever calls it again after a throw finds delivered what was.
    public func deliver(parts: [ReceivedMessage]) async throws {
        for case let failure? in await mailboxes.deliver(parts, isReplay: true) { throw failure }
    }
}
