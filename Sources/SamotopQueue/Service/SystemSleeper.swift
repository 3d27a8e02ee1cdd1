/// Sleeps by a clock that goes on while the system sleeps.
public struct SystemSleeper: QueueSleeper {
    /// Makes it.
    public init() {}

    public func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration, clock: .continuous) }
}
