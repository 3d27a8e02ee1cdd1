/// How much a mailbox may hold.
public struct MailboxQuota: Sendable, Hashable {
    /// Octets of all messages; nil: as many as there is room for.
    public var octets: UInt64?
    /// Messages; nil: as many as there is room for.
    public var messages: UInt64?
    /// Whether mail is refused for good when it is used up (552 5.2.2), instead of postponed (452 4.2.2).
    public var refuses: Bool

    /// Nil when it limits nothing.
    public init?(octets: UInt64?, messages: UInt64?, refuses: Bool = false) {
        guard octets != nil || messages != nil else { return nil }
        self.refuses = refuses
        self.octets = octets
        self.messages = messages
    }

    /// Whether the other one limits the same.
    func limits(like other: MailboxQuota?) -> Bool { octets == other?.octets && messages == other?.messages }

    /// Whether a mailbox that holds so much has room for one more message of this size.
    public func hasRoom(for size: UInt64, in use: MailboxUse) -> Bool {
        let (octets, overflow) = use.octets.addingReportingOverflow(size)
        if let limit = self.octets, overflow || octets > limit { return false }
        return messages.map { use.messages < $0 } ?? true
    }
}

/// How much a mailbox holds.
public struct MailboxUse: Sendable, Hashable {
    /// Octets of its messages, as they are in the files.
    public var octets: UInt64
    /// Its messages.
    public var messages: UInt64

    /// Makes it.
    public init(octets: UInt64 = 0, messages: UInt64 = 0) {
        self.octets = octets
        self.messages = messages
    }
}
