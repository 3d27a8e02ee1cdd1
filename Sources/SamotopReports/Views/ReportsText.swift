import InternetMessage
import NameResolution

/// Reports as text for people. What others wrote was cleaned when it was read: it can't steer a terminal.
public enum ReportsText {
    /// Rows that are shown of a DMARC report.
    private static let shown = 50

    /// One line for each report.
    public static func list(_ reports: [StoredReport]) -> String {
        guard !reports.isEmpty else { return "No reports came in.\n" }
        var table = TextTable(["number", "kind", "day", "about", "good", "bad", "from", ""])
        for stored in reports {
            let (report, content) = (stored.report, stored.report.content)
            table.add([
                "\(stored.number)", report.kind.rawValue, "\(CivilDate(secondsSince1970: content.period.lowerBound))",
                content.domain.text,
                "\(content.counts.good)", "\(content.counts.bad)", report.reporter?.text ?? content.organization,
                report.isProven ? "" : "unproven",
            ])
        }
        return table.text
    }

    /// All of a report that people can use.
    public static func show(_ stored: StoredReport) -> String {
        let (report, content) = (stored.report, stored.report.content)
        var lines = [
            "Report \(stored.number): \(report.kind == .tls ? "TLS" : "DMARC") about \(content.domain.text)",
            "From: \(content.organization) <\(content.contact)>",
            report.isProven
                ? "The message is by \(report.reporter?.text ?? "its reporter"): DMARC passed."
                : "Unproven: anybody may have written this.",
            "Period: \(InternetTimestamp.text(content.period.lowerBound)) to "
                + InternetTimestamp.text(content.period.upperBound),
            "Identifier: \(content.reportID)", "Came in: \(InternetTimestamp.text(report.received))", "",
        ]
        switch content {
        case .tls(let report): lines += tls(report)
        case .dmarc(let report): lines += dmarc(report)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func tls(_ report: ReceivedTLSReport) -> [String] {
        var lines: [String] = []
        for policy in report.policies {
            lines.append(
                "\(policy.domain.text) (\(policy.type)): \(policy.successes) sessions as they should be, \(policy.failed) failed"
            )
            for failure in policy.failures {
                let place = failure.receivingHost ?? failure.receivingAddress?.description ?? "a server"
                let source = failure.sendingAddress.map { " from \($0)" } ?? ""
                let reason = failure.reason.map { ": \($0)" } ?? ""
                lines.append("  \(failure.count) × \(failure.type) at \(place)\(source)\(reason)")
            }
        }
        if report.leftOut > 0 { lines.append("\(report.leftOut) more policies and failures were not kept.") }
        return lines
    }

    private static func dmarc(_ report: ReceivedDMARCReport) -> [String] {
        var table = TextTable(["messages", "source", "author", "DKIM", "SPF", "done", ""])
        for row in report.rows.prefix(shown) {
            table.add([
                "\(row.count)", row.source.description, row.headerFrom, row.isDKIMAligned ? "pass" : "fail",
                row.isSPFAligned ? "pass" : "fail", row.disposition, row.overrides.joined(separator: ", "),
            ])
        }
        var lines = [
            "Policy: \(report.policy). \(report.passed) messages passed, \(report.failed) did not.", "",
            String(table.text.dropLast()),
        ]
        let hidden = report.rows.count - shown
        if hidden > 0 { lines.append("\(hidden) more rows: --json shows them.") }
        if report.leftOutRows > 0 {
            lines.append("\(report.leftOutRows) rows of \(report.leftOutMessages) messages were not kept.")
        }
        return lines
    }

    /// What a run did, or would do.
    public static func run(_ run: ReportRun) -> String {
        if run.isBusy { return "Reports are being sent at this moment; try again later.\n" }
        var lines = run.storeFailures.map { "The store of counts could not be asked: \($0)" }
        for entry in run.entries {
            let subject =
                "\(entry.subject.kind.rawValue) \(CivilDate(secondsSince1970: entry.subject.begin)) \(entry.subject.domain.text)"
            lines.append("\(subject): \(words(entry.outcome))")
        }
        if lines.isEmpty { lines = ["There is nothing to report."] }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func words(_ outcome: ReportRun.Outcome) -> String {
        switch outcome {
        case .sent(_, let to): "sent to \(to.map(ClaimedText.clean).joined(separator: ", "))"
        case .wouldSend(_, let to): "would go to \(to.map(ClaimedText.clean).joined(separator: ", "))"
        case .unwanted: "nobody wants it"
        case .postponed(let cause): "later (\(cause))"
        case .expired: "given up, it is too old"
        case .impossible(let cause): "can't be sent (\(cause))"
        }
    }
}

/// Columns of text, each as wide as its widest cell.
private struct TextTable {
    private var rows: [[String]]

    init(_ heading: [String]) { rows = [heading] }

    mutating func add(_ row: [String]) { rows.append(row) }

    var text: String {
        var widths = [Int](repeating: 0, count: rows[0].count)
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.unicodeScalars.count) }
        }
        let lines = rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.unicodeScalars.count)
            }
            let line = cells.joined(separator: "  ")
            return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
