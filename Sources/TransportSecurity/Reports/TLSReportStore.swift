/// Counts sessions until it is time to report them. Times are seconds since 1970; a period is one day of UTC (RFC 8460
/// §4.1).
public protocol TLSReportStore: Sendable {
    /// Counts a session.
    func add(_ session: TLSReportSession, at time: Int64) async throws

    /// Takes out what belongs to days that were over at `time`: for each domain and day one, the oldest day first, then
    /// by name.
    func take(endedAt time: Int64) async throws -> [TLSReportPeriod]
}
