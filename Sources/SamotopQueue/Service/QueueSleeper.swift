/// Lets time pass; tests let it pass at once.
public protocol QueueSleeper: Sendable {
    /// Returns after so long, or throws when the task is cancelled.
    func sleep(for duration: Duration) async throws
}
