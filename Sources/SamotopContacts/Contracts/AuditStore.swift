public import SamotopCore

/// Where the answers to “why is this mail here?” and “why was it refused?” are kept, bounded in number and age.
public protocol AuditStore: Sendable {
    /// Adds entries. May be written later than it returns: a crash may forget some.
    func append(_ entries: [AuditEntry]) async throws

    /// What is known of an envelope, oldest first.
    func entries(ofEnvelope id: String) async throws -> [AuditEntry]

    /// What is known of mail from an address or domain to one owner, latest first; at most `limit`.
    func entries(from correspondent: String, to owner: Owner?, limit: Int) async throws -> [AuditEntry]

    /// Removes what is older, and the oldest over `maximum`; returns how many.
    @discardableResult
    func expire(before: Timestamp, maximum: Int) async throws -> Int
}

/// One answer of one judge about one message or try.
public struct AuditEntry: Sendable, Hashable {
    public let time: Timestamp
    /// The envelope's identifier, which is in the Received field; empty when it came to none.
    public let envelope: String
    /// Whose mailbox it was for, if it was for one.
    public let owner: Owner?
    /// The reverse-path, or the author once known, in lower case.
    public let sender: String
    /// `connection`, `hello`, `sender`, `recipient`, `message`, or `decision`.
    public let stage: String
    /// Who answered.
    public let judge: String
    /// `pass`, `accept`, `postpone`, `reject`, `disconnect`, or what was decided.
    public let verdict: String
    /// Why.
    public let cause: String

    /// Makes an entry.
    public init(
        time: Timestamp, envelope: String, owner: Owner?, sender: String, stage: String, judge: String,
        verdict: String, cause: String
    ) {
        self.time = time
        self.envelope = envelope
        self.owner = owner
        self.sender = sender
        self.stage = stage
        self.judge = judge
        self.verdict = verdict
        self.cause = cause
    }
}
