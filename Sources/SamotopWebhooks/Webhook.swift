public import SamotopQueue

/// Somebody who wants to be told what becomes of mail.
public struct Webhook: Sendable {
    /// Octets that a secret has at least.
    public static let minimumSecret = 16

    /// What the configuration calls it.
    public let name: String
    /// Where events are posted, as the poster takes it.
    public let url: String
    /// What posts are signed with (``WebhookSignature``).
    public let secret: [UInt8]
    /// What is told.
    public let events: Set<QueueOutcome.Kind>

    /// A hook; nil when the secret is shorter than ``minimumSecret``.
    public init?(
        name: String, url: String, secret: [UInt8], events: Set<QueueOutcome.Kind> = Set(QueueOutcome.Kind.allCases)
    ) {
        guard secret.count >= Self.minimumSecret else { return nil }
        self.name = name
        self.url = url
        self.secret = secret
        self.events = events
    }
}

extension Webhook: CustomStringConvertible {
    /// The name alone: neither secret nor URL, which may hold one.
    public var description: String { "Webhook(\(name))" }
}

/// What brings a post to its URL.
public protocol WebhookPosting: Sendable {
    /// Posts octets with these header fields, and returns the status of the answer; throws when there is none.
    func post(_ body: [UInt8], fields: [(name: String, value: String)], to url: String) async throws -> Int
}
