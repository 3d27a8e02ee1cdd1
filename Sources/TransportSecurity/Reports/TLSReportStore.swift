/// Counts sessions until they are reported. Times are seconds since 1970; a period is one day of UTC (RFC 8460 §4.1).
public protocol TLSReportStore: Sendable {
    /// Counts a session. A crash may forget the last ones.
    func add(_ session: TLSReportSession, at time: Int64) async throws

    /// The domains and days that something was counted for and that were over at `time`, the oldest day first, then by name.
    func ended(at time: Int64) async throws -> [TLSReportPeriod.Key]

    /// What was counted for a domain in a day; nil: nothing.
    func period(_ key: TLSReportPeriod.Key) async throws -> TLSReportPeriod?

    /// Forgets what was counted; it is gone for good on return.
    func remove(_ key: TLSReportPeriod.Key) async throws
}

extension TLSReportStore {
    /// Takes out what belongs to days that were over at `time`: for each domain and day one, the oldest day first, then by
    /// name. Whoever dies before it is sent has lost it.
    public func take(endedAt time: Int64) async throws -> [TLSReportPeriod] {
        var taken: [TLSReportPeriod] = []
        for key in try await ended(at: time) {
            // One that can't be read stays, for whoever checks the store.
            guard let period = try await period(key) else { continue }
            taken.append(period)
            try await remove(key)
        }
        return taken
    }
}
