import SamotopCore

/// The answer to “why is this mail here?” or “why was it refused?”.
public struct Explanation: Sendable, Hashable {
    /// How it ended.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// A copy is in a mailbox.
        case delivered
        /// The sender was told never to come again with it.
        case refused
        /// The sender was told to come again.
        case postponed
        /// A fault on our side.
        case failed
        /// Nothing was recorded of its end.
        case unknown
    }

    /// What was asked about: an envelope's identifier, an address or a domain.
    public let subject: String
    /// What was recorded, oldest first.
    public let entries: [AuditEntry]

    /// Of these entries, in any order.
    public init(of subject: String, _ entries: [AuditEntry]) {
        self.subject = subject
        self.entries = entries.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
    }

    /// How the latest try ended.
    public var outcome: Outcome { decisive.map(Self.outcome) ?? .unknown }

    /// The answer that settled it.
    public var decisive: AuditEntry? {
        entries.last { Self.outcome($0) != .unknown }
    }

    private static func outcome(_ entry: AuditEntry) -> Outcome {
        switch entry.verdict {
        case "delivered": .delivered
        case "reject", "disconnect": .refused
        case "postpone": .postponed
        case "failed": .failed
        default: .unknown
        }
    }

    /// What the record says of an envelope.
    public static func ofEnvelope(_ id: String, in store: any AuditStore) async throws -> Explanation {
        Explanation(of: id, try await store.entries(ofEnvelope: id))
    }

    /// What the record says of the latest mail from an address or domain, to one owner or to all.
    public static func ofMail(from sender: String, to owner: Owner? = nil, limit: Int = 100, in store: any AuditStore)
        async throws -> Explanation
    {
        // Reversed before it is put in order: of the same moment the earlier one comes first.
        Explanation(of: sender, try await store.entries(from: sender, to: owner, limit: limit).reversed())
    }
}
