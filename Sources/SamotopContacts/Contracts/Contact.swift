public import SamotopCore

/// One line in someone's book: who may write to them, who may not, and who waits for their word.
public struct Contact: Sendable, Hashable, Identifiable {
    /// Where it stands.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Waits for the owner's word. Its mail is postponed or, by policy, held.
        case waiting
        /// The owner wants its mail kept apart, undecided.
        case held
        /// Its mail is delivered.
        case welcome
        /// Its mail is refused: 550 5.7.1.
        case blocked
    }

    /// Random; says nothing about anyone.
    public let id: ContactID
    /// Whose book.
    public let owner: Owner
    /// Whom it is about. Unique for an owner.
    public let correspondent: Correspondent
    /// Where it stands.
    public var state: State
    /// What it is bound to.
    public var identity: Identity
    /// What is known of the latest try; nil for contacts that were imported or made by hand.
    public var request: ContactRequest?
    /// When it was first heard of.
    public var firstSeen: Timestamp
    /// When it was last heard of.
    public var lastSeen: Timestamp
    /// Messages that were refused or postponed.
    public var attempts: Int
    /// Messages that were delivered.
    public var delivered: Int
    /// The latest decision; nil: nobody decided yet.
    public var decision: ContactDecision?

    /// Makes a contact.
    public init(
        id: ContactID, owner: Owner, correspondent: Correspondent, state: State, identity: Identity,
        request: ContactRequest? = nil, firstSeen: Timestamp, lastSeen: Timestamp, attempts: Int = 0,
        delivered: Int = 0, decision: ContactDecision? = nil
    ) {
        self.id = id
        self.owner = owner
        self.correspondent = correspondent
        self.state = state
        self.identity = identity
        self.request = request
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.attempts = attempts
        self.delivered = delivered
        self.decision = decision
    }
}

/// Who decided what about a contact, when and why.
public struct ContactDecision: Sendable, Hashable {
    /// What it was before, so that it can be undone.
    public let previous: Contact.State
    /// What was decided.
    public let state: Contact.State
    /// Who: `page`, `command`, `mailbox`, `import`, or `policy` with a reason in ``note``.
    public let maker: String
    /// When.
    public let time: Timestamp
    /// Why, in the maker's words; at most 500 characters.
    public let note: String

    /// Makes a decision.
    public init(previous: Contact.State, state: Contact.State, maker: String, time: Timestamp, note: String = "") {
        self.previous = previous
        self.state = state
        self.maker = maker
        self.time = time
        self.note = String(note.prefix(500))
    }
}
