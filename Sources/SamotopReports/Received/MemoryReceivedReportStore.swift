/// Keeps reports in memory.
public actor MemoryReceivedReportStore: ReceivedReportStore {
    /// Reports at most.
    public let maximum: Int

    private var reports: [Int64: ReceivedReport] = [:]
    private var numbers: [String: Int64] = [:]
    private var last: Int64 = 0

    /// A store without reports.
    public init(maximum: Int = 1_000) { self.maximum = max(1, maximum) }

    public func add(_ report: ReceivedReport) -> Bool {
        if let number = numbers[report.key] {
            guard report.isProven, reports[number]?.isProven == false else { return false }
            reports[number] = report
            return true
        }
        last += 1
        reports[last] = report
        numbers[report.key] = last
        while reports.count > maximum {
            let leaving = reports.filter { $0.key != last }.min {
                ($0.value.isProven ? 1 : 0, $0.value.received, $0.key) < (
                    $1.value.isProven ? 1 : 0, $1.value.received, $1.key
                )
            }
            guard let leaving else { break }
            remove(leaving.key)
        }
        return true
    }

    public func reports(_ kind: ReportKind?, limit: Int) -> [StoredReport] {
        reports.lazy.filter { kind == nil || $0.value.kind == kind }
            .sorted { ($0.value.received, $0.key) > ($1.value.received, $1.key) }
            .prefix(max(0, limit)).map { StoredReport(number: $0.key, report: $0.value) }
    }

    public func report(_ number: Int64) -> StoredReport? {
        reports[number].map { StoredReport(number: number, report: $0) }
    }

    public func expire(before time: Int64) -> Int {
        let old = reports.filter { $0.value.received < time }.keys
        for number in old { remove(number) }
        return old.count
    }

    private func remove(_ number: Int64) {
        guard let report = reports.removeValue(forKey: number) else { return }
        numbers[report.key] = nil
    }
}
