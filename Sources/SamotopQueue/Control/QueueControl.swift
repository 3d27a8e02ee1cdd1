/// What the command line and the pages ask of the queue.
public protocol QueueControl: Sendable {
    /// Numbers of the whole queue.
    func totals() async -> QueueTotals
    /// A page of the messages that match, in no order that means anything; each one that stays queued comes exactly once.
    ///
    /// - Parameters:
    ///   - cursor: ``QueuePage/next`` of the page before; nil for the first.
    ///   - limit: messages on the page: 1 to 1,000.
    func list(_ query: QueueQuery, after cursor: Int?, limit: Int) async -> QueuePage
    /// One message; nil when it isn't queued.
    func message(_ id: String) async -> QueueEntry?
    /// Destinations with mail that waits, those with most of it first.
    func destinations(limit: Int) async -> [DestinationEntry]
    /// Does what an operator says, and says how many recipients it met. Durable on return.
    ///
    /// A delivery that is under way decides itself: only if it doesn't settle the recipient, the command is done after it.
    func perform(_ command: QueueCommand, on selection: QueueSelection) async throws -> CommandResult
}
