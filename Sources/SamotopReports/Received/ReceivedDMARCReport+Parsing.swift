import NameResolution

extension ReceivedDMARCReport {
    /// Reads a report in XML, by the schema of RFC 9990 or the older one of RFC 7489. Elements that it doesn't know are passed
    /// over.
    ///
    /// - Throws: ``ReportFault``, with the name of the element that is wrong.
    public init(xml: [UInt8], limits: ReadingLimits = ReadingLimits()) throws(ReportFault) {
        guard xml.count <= limits.xml else { throw .tooLarge(limit: limits.xml) }
        guard !xml.starts(with: [0xFE, 0xFF]), !xml.starts(with: [0xFF, 0xFE]) else {
            throw .malformed("XML in UTF-16")
        }
        var draft = Draft(rows: limits.rows)
        var reader = ReportXML(xml, depth: limits.depth)
        try reader.read { path, text throws(ReportFault) in try draft.take(path, text) }
        try self.init(draft)
    }

    private init(_ draft: Draft) throws(ReportFault) {
        guard let id = draft.reportID, !id.isEmpty else { throw .missing("report_id") }
        guard let domain = draft.policyDomain else { throw .missing("domain") }
        guard let begin = draft.begin, let end = draft.end else { throw .missing("date_range") }
        guard ReportTime.isPossible(begin, end) else { throw .invalid("date_range") }
        organization = draft.organization ?? ""
        contact = draft.contact ?? ""
        reportID = id
        (self.begin, self.end) = (begin, end)
        policyDomain = domain
        policy = draft.policy ?? ""
        rows = draft.rows.map { kind, count in
            var row = kind
            row.count = count
            return row
        }.sorted { ($1.count, $0.source.description, $0.headerFrom) < ($0.count, $1.source.description, $1.headerFrom) }
        leftOutRows = draft.leftOutRows
        leftOutMessages = draft.leftOutMessages
    }
}

/// A report while it is read.
private struct Draft {
    /// Reasons of a row that are kept.
    private static let reasons = 4

    /// A record while it is read.
    struct Record {
        var source: IPAddress?
        var count: Int?
        var disposition = ""
        var isDKIMAligned = false
        var isSPFAligned = false
        var headerFrom = ""
        var overrides: [String] = []
    }

    private let room: Int
    var organization, contact, reportID, policy: String?
    var begin, end: Int64?
    var policyDomain: DNSName?
    /// By rows whose count is zero.
    var rows: [ReceivedDMARCReport.Row: Int] = [:]
    var leftOutRows = 0
    var leftOutMessages = 0
    private var record = Record()

    init(rows: Int) { room = rows }

    mutating func take(_ path: ArraySlice<String>, _ text: String) throws(ReportFault) {
        guard path.first == "feedback" else { throw .malformed("its root element isn't feedback") }
        guard let name = path.last else { return }
        // The whole path: an extension may have elements of the same names.
        switch path.dropFirst().joined(separator: "/") {
        case "report_metadata/org_name": organization = ClaimedText.trimmed(text)
        case "report_metadata/email": contact = ClaimedText.trimmed(text)
        case "report_metadata/report_id": reportID = ClaimedText.trimmed(text)
        case "report_metadata/date_range/begin": begin = try Self.number(text, name)
        case "report_metadata/date_range/end": end = try Self.number(text, name)
        case "policy_published/domain":
            guard let domain = DNSName(internationalized: Array(ClaimedText.trimmed(text).utf8)), !domain.labels.isEmpty
            else { throw .invalid(name) }
            policyDomain = domain
        case "policy_published/p": policy = ClaimedText.trimmed(text)
        case "record/row/source_ip":
            guard let address = IPAddress(ClaimedText.trimmed(text)) else { throw .invalid(name) }
            record.source = address.withoutMapping
        case "record/row/count":
            let count = try Self.number(text, name)
            guard count <= Int64(ReportCount.largest) else { throw .invalid(name) }
            record.count = Int(count)
        case "record/row/policy_evaluated/disposition": record.disposition = ClaimedText.trimmed(text)
        case "record/row/policy_evaluated/dkim": record.isDKIMAligned = ClaimedText.trimmed(text).lowercased() == "pass"
        case "record/row/policy_evaluated/spf": record.isSPFAligned = ClaimedText.trimmed(text).lowercased() == "pass"
        case "record/row/policy_evaluated/reason/type":
            if record.overrides.count < Self.reasons { record.overrides.append(ClaimedText.trimmed(text)) }
        case "record/identifiers/header_from": record.headerFrom = ClaimedText.trimmed(text).lowercased()
        case "record": try finishRecord()
        default: break
        }
    }

    private mutating func finishRecord() throws(ReportFault) {
        defer { record = Record() }
        guard let source = record.source else { throw .missing("source_ip") }
        guard let count = record.count else { throw .missing("count") }
        let row = ReceivedDMARCReport.Row(
            source: source, disposition: record.disposition, isDKIMAligned: record.isDKIMAligned,
            isSPFAligned: record.isSPFAligned, headerFrom: record.headerFrom, overrides: record.overrides, count: 0)
        if rows[row] != nil || rows.count < room {
            rows[row, default: 0] &+= count
        } else {
            leftOutRows += 1
            leftOutMessages &+= count
        }
    }

    /// Digits only: a sign, a fraction or a word is none.
    private static func number(_ text: String, _ name: String) throws(ReportFault) -> Int64 {
        let digits = ClaimedText.trimmed(text)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(digits) else {
            throw .invalid(name)
        }
        return number
    }
}
