import Foundation

/// Reports as JSON for programs: one object with what was asked for, keys sorted, times in seconds since 1970.
public enum ReportsJSON {
    private struct List: Encodable { let reports: [StoredReport] }

    private struct Run: Encodable {
        struct Entry: Encodable {
            let kind: ReportKind
            let domain: String
            let begin: Int64
            let outcome: String
            let id: String?
            let recipients: [String]?
            let cause: String?
        }

        let isBusy: Bool
        let storeFailures: [String]
        let entries: [Entry]
    }

    /// Many reports, whole.
    public static func list(_ reports: [StoredReport]) throws -> [UInt8] { try encoded(List(reports: reports)) }

    /// One report, whole.
    public static func show(_ report: StoredReport) throws -> [UInt8] { try encoded(report) }

    /// What a run did, or would do.
    public static func run(_ run: ReportRun) throws -> [UInt8] {
        try encoded(
            Run(
                isBusy: run.isBusy, storeFailures: run.storeFailures,
                entries: run.entries.map { entry in
                    let (word, id, recipients, cause) = words(entry.outcome)
                    return Run.Entry(
                        kind: entry.subject.kind, domain: entry.subject.domain.text, begin: entry.subject.begin,
                        outcome: word, id: id, recipients: recipients, cause: cause)
                }))
    }

    private static func words(_ outcome: ReportRun.Outcome) -> (String, id: String?, to: [String]?, cause: String?) {
        switch outcome {
        case .sent(let id, let to): ("sent", id, to, nil)
        case .wouldSend(let id, let to): ("would-send", id, to, nil)
        case .unwanted: ("unwanted", nil, nil, nil)
        case .postponed(let cause): ("postponed", nil, nil, cause)
        case .expired: ("expired", nil, nil, nil)
        case .impossible(let cause): ("impossible", nil, nil, cause)
        }
    }

    private static func encoded(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return Array(try encoder.encode(value)) + [0x0A]
    }
}
