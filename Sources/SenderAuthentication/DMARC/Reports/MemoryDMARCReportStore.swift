import NameResolution

/// Keeps aggregate-report data in memory, up to a limit; what doesn't fit is counted and forgotten.
public actor MemoryDMARCReportStore: DMARCReportStore {
    private struct Report: Hashable {
        let begin: Int64
        let policyDomain: DNSName
        let record: DMARCRecord

        var key: DMARCReportPeriod.Key { DMARCReportPeriod.Key(policyDomain: policyDomain, begin: begin) }
    }

    /// Rows kept at most.
    public let maximumRows: Int
    /// Rows kept of one policy domain in one period at most, so that one domain can't take the room of all.
    public let maximumRowsOfDomain: Int

    private var reports: [Report: [DMARCReportRow: Int]] = [:]
    private var rowsOfDomain: [Int64: [DNSName: Int]] = [:]
    private var rows = 0
    /// Messages that there was no room to count.
    public private(set) var forgotten = 0

    /// A store without entries.
    public init(maximumRows: Int = 10_000, maximumRowsOfDomain: Int = 1_000) {
        self.maximumRows = maximumRows
        self.maximumRowsOfDomain = maximumRowsOfDomain
    }

    public func add(_ row: DMARCReportRow, at time: Int64) {
        let begin = DMARCReportPeriod.begin(at: time)
        let report = Report(begin: begin, policyDomain: row.policyDomain, record: row.record)
        if let count = reports[report]?[row] {
            reports[report]?[row] = count == .max ? count : count + 1
            return
        }
        let ofDomain = rowsOfDomain[begin]?[row.policyDomain] ?? 0
        guard rows < maximumRows, ofDomain < maximumRowsOfDomain else {
            if forgotten < .max { forgotten += 1 }
            return
        }
        reports[report, default: [:]][row] = 1
        rowsOfDomain[begin, default: [:]][row.policyDomain] = ofDomain + 1
        rows += 1
    }

    public func ended(at time: Int64) -> [DMARCReportPeriod.Key] {
        let current = DMARCReportPeriod.begin(at: time)
        let keys = reports.keys.lazy.filter { $0.begin < current }.map(\.key)
        return Set(keys).sorted { ($0.begin, $0.policyDomain.text) < ($1.begin, $1.policyDomain.text) }
    }

    public func periods(_ key: DMARCReportPeriod.Key) -> [DMARCReportPeriod] {
        reports.filter { $0.key.key == key }.compactMap { report, entries in
            DMARCReportPeriod(
                begin: report.begin, entries: entries.map { DMARCReportPeriod.Entry(row: $0.key, count: $0.value) })
        }
    }

    public func remove(_ key: DMARCReportPeriod.Key) {
        for (report, entries) in reports where report.key == key {
            reports[report] = nil
            rows -= entries.count
        }
        rowsOfDomain[key.begin]?[key.policyDomain] = nil
        if rowsOfDomain[key.begin]?.isEmpty == true { rowsOfDomain[key.begin] = nil }
    }
}
