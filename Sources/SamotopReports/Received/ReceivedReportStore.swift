/// Keeps reports that came in, up to a limit.
public protocol ReceivedReportStore: Sendable {
    /// Keeps a report; it is on the device on return. One that is known already (``ReceivedReport/key``) is left as it is, but
    /// for an unproven one, whose place a proven one takes. Over the maximum the unproven go first, the oldest of them first.
    ///
    /// - Returns: whether it is kept.
    func add(_ report: ReceivedReport) async throws -> Bool

    /// The newest first.
    ///
    /// - Parameter kind: only those of a kind.
    func reports(_ kind: ReportKind?, limit: Int) async throws -> [StoredReport]

    /// The report with a number; nil: there is none.
    func report(_ number: Int64) async throws -> StoredReport?

    /// Removes those that came in before a time, in seconds since 1970.
    ///
    /// - Returns: how many.
    func expire(before time: Int64) async throws -> Int
}

/// A report with the number by which people name it.
public struct StoredReport: Sendable, Hashable, Codable {
    /// Given by the store, never twice.
    public let number: Int64
    /// The report.
    public let report: ReceivedReport

    /// A report with its number.
    public init(number: Int64, report: ReceivedReport) {
        self.number = number
        self.report = report
    }
}
