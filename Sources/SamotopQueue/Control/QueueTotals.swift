/// Numbers of the whole queue.
public struct QueueTotals: Sendable, Hashable, Codable {
    public var messages = 0
    /// Recipients, by how far they are.
    public var waiting = 0
    public var ready = 0
    public var delivering = 0
    public var held = 0
    /// Destinations with recipients that aren't done.
    public var destinations = 0
    /// Destinations that can't be reached now.
    public var failingDestinations = 0
    /// Notifications that are not written yet.
    public var owedNotices = 0
    /// Failures since the start that nobody was told of: bounces of bounces, strangers, NOTIFY=NEVER.
    public var unnotified = 0
}
