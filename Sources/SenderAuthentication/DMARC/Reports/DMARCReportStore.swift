public import NameResolution

/// Keeps what aggregate reports will say until they are sent.
///
/// Times are seconds since 1970 in UTC. A period is one day of UTC (RFC 9990 §3.1.1.4), so that periods never overlap.
public protocol DMARCReportStore: Sendable {
    /// Counts a message that arrived at `time`. A crash may forget the last ones.
    func add(_ row: DMARCReportRow, at time: Int64) async throws

    /// What was counted in periods that were over at `time`, the oldest first, then by name.
    func ended(at time: Int64) async throws -> [DMARCReportPeriod.Key]

    /// What was counted for a policy domain in a period: for each policy record one report. Empty: nothing.
    func periods(_ key: DMARCReportPeriod.Key) async throws -> [DMARCReportPeriod]

    /// Forgets what was counted; it is gone for good on return.
    func remove(_ key: DMARCReportPeriod.Key) async throws
}

extension DMARCReportStore {
    /// Takes out what belongs to periods that were over at `time`: for each policy one report, the oldest period first. Whoever
    /// dies before it is sent has lost it.
    public func take(endedAt time: Int64) async throws -> [DMARCReportPeriod] {
        var taken: [DMARCReportPeriod] = []
        for key in try await ended(at: time) {
            taken += try await periods(key)
            try await remove(key)
        }
        return taken
    }
}

/// What was counted in one period for one policy record.
public struct DMARCReportPeriod: Sendable, Hashable {
    /// Seconds of a period: a day.
    public static let length: Int64 = 86_400

    /// Which policy domain, and which period.
    public struct Key: Sendable, Hashable {
        /// The DMARC policy domain.
        public let policyDomain: DNSName
        /// When the period began.
        public let begin: Int64

        /// A key.
        public init(policyDomain: DNSName, begin: Int64) {
            self.policyDomain = policyDomain
            self.begin = begin
        }
    }

    /// A row, and how many messages it stands for.
    public struct Entry: Sendable, Hashable {
        public var row: DMARCReportRow
        public var count: Int

        /// A row with its count.
        public init(row: DMARCReportRow, count: Int) {
            self.row = row
            self.count = count
        }
    }

    /// When the period began.
    public let begin: Int64
    /// What was counted: at least one row, all with the same policy domain and record.
    public let entries: [Entry]

    /// The last second of the period.
    public var end: Int64 { Self.begin(at: begin).addingReportingOverflow(Self.length - 1).partialValue }

    /// A period; nil without entries, or when they are not about one policy record.
    public init?(begin: Int64, entries: [Entry]) {
        guard let first = entries.first?.row,
            entries.allSatisfy({ $0.row.policyDomain == first.policyDomain && $0.row.record == first.record })
        else { return nil }
        self.begin = begin
        self.entries = entries
    }

    /// When the period that holds `time` begins.
    public static func begin(at time: Int64) -> Int64 {
        let rest = time % length
        let offset = rest < 0 ? rest + length : rest
        let (begin, overflows) = time.subtractingReportingOverflow(offset)
        return overflows ? .min : begin
    }
}
