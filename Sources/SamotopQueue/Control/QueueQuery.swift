public import SMTP
public import SamotopCore

/// Conditions on recipients that aren't done; all that are set must hold.
public struct QueueQuery: Sendable, Hashable {
    /// The reverse-path.
    public var sender: ReversePath?
    /// The recipient as it was queued.
    public var recipient: Mailbox?
    /// The destination: a domain, or a route's name.
    public var destination: QueueDestination?
    /// Whose messages.
    public var submitter: Submitter?
    /// Queued before this moment.
    public var before: Timestamp?
    /// Queued at this moment or after it.
    public var since: Timestamp?
    /// How far they are.
    public var state: QueueEntryState?
    /// What kind of decision they wait for.
    public var hold: HoldReason.Kind?

    /// Everything.
    public init() {}
}
