public import SMTP
public import SamotopCore

/// Where suppressed addresses are kept: bounded, for a time.
public protocol SuppressionStore: Sendable {
    /// For each address, in their order, what stands against it in a submitter's mail at `now`; nil: nothing does.
    func suppressed(_ addresses: [Mailbox], for submitter: Submitter, now: Int64) async throws -> [SuppressedAddress?]
    /// Adds entries; each takes the place of the one with its submitter and address. Durable on return. Over a limit the oldest
    /// of the submitter go, or of all.
    func add(_ entries: [SuppressedAddress]) async throws
    /// Mail goes there again: that of a submitter, or (nil) that of all.
    ///
    /// - Returns: how many entries that were. Durable on return.
    @discardableResult
    func remove(_ address: Mailbox, for submitter: Submitter?) async throws -> Int
    /// What stands at `now` against addresses in a submitter's mail, or (nil) in that of all, the latest first.
    func list(for submitter: Submitter?, now: Int64, limit: Int) async throws -> [SuppressedAddress]
    /// Removes what is over.
    @discardableResult
    func expire(before time: Int64) async throws -> Int
}

/// Bounds of a ``SuppressionStore``.
public struct SuppressionLimits: Sendable, Hashable {
    /// Addresses of one submitter.
    public var ofSubmitter = 10_000
    /// Addresses of all submitters.
    public var total = 100_000

    /// The defaults.
    public init() {}
}
