import Foundation
import InternetMessage
import NameResolution

extension ReceivedTLSReport {
    /// Reads a report in JSON. What it has besides the members of RFC 8460 §4.4 is passed over.
    ///
    /// - Throws: ``ReportFault``, with the name of the member that is wrong.
    public init(json: [UInt8], limits: ReadingLimits = ReadingLimits()) throws(ReportFault) {
        guard json.count <= limits.json else { throw .tooLarge(limit: limits.json) }
        try JSONShape.check(json, depth: limits.depth, values: limits.values)
        let written: WrittenTLSReport
        do {
            written = try JSONDecoder().decode(WrittenTLSReport.self, from: Data(json))
        } catch {
            throw ReportFault(error)
        }
        guard let begin = InternetTimestamp.seconds(written.dateRange.start),
            let end = InternetTimestamp.seconds(written.dateRange.end),
            ReportTime.isPossible(begin, end)
        else { throw .invalid("date-range") }
        organization = ClaimedText.trimmed(written.organization ?? "")
        contact = ClaimedText.trimmed(written.contact ?? "")
        reportID = ClaimedText.trimmed(written.id)
        guard !reportID.isEmpty else { throw .missing("report-id") }
        (self.begin, self.end) = (begin, end)
        var (policies, room, leftOut) = ([Policy](), limits.rows, 0)
        for entry in written.policies {
            guard room > 0 else {
                leftOut += 1
                continue
            }
            let details = entry.failures ?? []
            room -= 1
            let kept = details.prefix(room)
            room -= kept.count
            leftOut += details.count - kept.count
            policies.append(try entry.policy(with: kept))
        }
        guard !policies.isEmpty else { throw .missing("policies") }
        self.policies = policies
        self.leftOut = leftOut
    }
}

/// The members of a report as reporters write them.
private struct WrittenTLSReport: Decodable {
    struct DateRange: Decodable {
        let start, end: String

        enum CodingKeys: String, CodingKey {
            case start = "start-datetime"
            case end = "end-datetime"
        }
    }

    struct Policy: Decodable {
        let type: String
        let strings: OneOrMany?
        let domain: String
        let hosts: OneOrMany?

        enum CodingKeys: String, CodingKey {
            case type = "policy-type"
            case strings = "policy-string"
            case domain = "policy-domain"
            case hosts = "mx-host"
        }
    }

    struct Summary: Decodable {
        let successes, failed: Int

        enum CodingKeys: String, CodingKey {
            case successes = "total-successful-session-count"
            case failed = "total-failure-session-count"
        }
    }

    struct Failure: Decodable {
        let type: String
        let sendingAddress, receivingHost, receivingAddress, reason: String?
        let count: Int

        enum CodingKeys: String, CodingKey {
            case type = "result-type"
            case sendingAddress = "sending-mta-ip"
            case receivingHost = "receiving-mx-hostname"
            case receivingAddress = "receiving-ip"
            case count = "failed-session-count"
            case reason = "failure-reason-code"
        }
    }

    struct Entry: Decodable {
        let policy: Policy
        let summary: Summary
        let failures: [Failure]?

        enum CodingKeys: String, CodingKey {
            case policy, summary
            case failures = "failure-details"
        }
    }

    let organization, contact: String?
    let id: String
    let dateRange: DateRange
    let policies: [Entry]

    enum CodingKeys: String, CodingKey {
        case organization = "organization-name"
        case contact = "contact-info"
        case id = "report-id"
        case dateRange = "date-range"
        case policies
    }
}

/// A list of texts, for which some reporters write one text.
private struct OneOrMany: Decodable {
    let texts: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let one = try? container.decode(String.self) {
            texts = [one]
        } else {
            texts = try container.decode([String].self)
        }
    }
}

extension WrittenTLSReport.Entry {
    /// Lines of a policy, and servers, that are kept.
    private static let kept = 32

    fileprivate func policy(with details: some Sequence<WrittenTLSReport.Failure>) throws(ReportFault)
        -> ReceivedTLSReport.Policy
    {
        guard let domain = DNSName(internationalized: Array(policy.domain.utf8)), !domain.labels.isEmpty else {
            throw .invalid("policy-domain")
        }
        var failures: [ReceivedTLSReport.Failure] = []
        for detail in details {
            failures.append(
                ReceivedTLSReport.Failure(
                    type: ClaimedText.trimmed(detail.type),
                    sendingAddress: detail.sendingAddress.flatMap { IPAddress($0) },
                    receivingHost: detail.receivingHost.map(ClaimedText.trimmed),
                    receivingAddress: detail.receivingAddress.flatMap { IPAddress($0) },
                    count: try Self.count(detail.count, "failed-session-count"),
                    reason: detail.reason.map(ClaimedText.trimmed)))
        }
        return ReceivedTLSReport.Policy(
            type: ClaimedText.trimmed(policy.type), domain: domain,
            strings: (policy.strings?.texts ?? []).prefix(Self.kept).map { ClaimedText.trimmed($0) },
            hosts: (policy.hosts?.texts ?? []).prefix(Self.kept).map { ClaimedText.trimmed($0) },
            successes: try Self.count(summary.successes, "total-successful-session-count"),
            failed: try Self.count(summary.failed, "total-failure-session-count"), failures: failures)
    }

    private static func count(_ number: Int, _ name: String) throws(ReportFault) -> Int {
        guard (0...ReportCount.largest).contains(number) else { throw .invalid(name) }
        return number
    }
}

/// Numbers of messages and sessions.
enum ReportCount {
    /// No day has more; and sums of as many as a report can hold don't overflow.
    static let largest = 1_000_000_000_000
}

extension ReportFault {
    /// What a decoder says, by the names of members only.
    fileprivate init(_ error: any Error) {
        func name(_ path: [any CodingKey]) -> String {
            let names = path.map { $0.intValue.map(String.init) ?? $0.stringValue }
            return ClaimedText.clean(names.joined(separator: "/"))
        }
        switch error {
        case DecodingError.keyNotFound(let key, let context): self = .missing(name(context.codingPath + [key]))
        case DecodingError.valueNotFound(_, let context): self = .missing(name(context.codingPath))
        case DecodingError.typeMismatch(_, let context):
            self = context.codingPath.isEmpty ? .malformed("no JSON object") : .invalid(name(context.codingPath))
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            self = .invalid(name(context.codingPath))
        default: self = .malformed("no JSON")
        }
    }
}
