/// How far one recipient is.
public struct RecipientStatus: Sendable, Hashable {
    /// The states that last. That a delivery is under way is known to the scheduler alone: after a crash it waits.
    public enum State: UInt8, Sendable, Hashable, CaseIterable {
        /// For its next attempt.
        case waiting = 0
        /// For a person's decision.
        case held = 1
        case delivered = 2
        /// Somebody said never: the peer, or an operator.
        case failed = 3
        /// Its time was over.
        case expired = 4
        /// An operator removed it, and nobody is told.
        case dropped = 5

        /// Nothing more happens to it.
        public var isFinal: Bool { rawValue >= Self.delivered.rawValue }
    }

    /// Where it stands.
    public var state: State
    /// Notifications that are not queued yet.
    public var owed: OwedNotices
    /// Its sender was told of the delay, or was not to be told.
    public var isWarned: Bool
    /// Attempts made; no more than 65,535 are counted.
    public var attempts: UInt16
    /// Waiting: not before this moment, in milliseconds since 1970.
    public var due: Int64
    /// When its lifetime began, in milliseconds since 1970: when it was queued, or released.
    public var since: Int64
    /// A ``RecipientDetail`` as octets; empty: none. Recipients of many messages may share one.
    public var detail: [UInt8]

    /// A recipient that waits for its first attempt.
    public init(since: Int64) {
        state = .waiting
        owed = []
        isWarned = false
        attempts = 0
        due = since
        self.since = since
        detail = []
    }
}
