/// Growing pauses; the last one repeats.
public struct RetrySchedule: Sendable, Hashable {
    /// The pauses in their order; none means an hour.
    public let pauses: [Duration]

    /// Makes a schedule.
    public init(_ pauses: [Duration]) { self.pauses = pauses }

    /// The pause after so many failures in a row, from 1, in milliseconds, at least a second.
    func pause(after failures: Int) -> Int64 {
        guard let last = pauses.last else { return 3_600_000 }
        let index = max(0, failures - 1)
        return max(1_000, (index < pauses.count ? pauses[index] : last).milliseconds)
    }
}
