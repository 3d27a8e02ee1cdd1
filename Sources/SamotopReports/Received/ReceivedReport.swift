public import NameResolution

/// Which kind of report.
public enum ReportKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// SMTP TLS reporting (RFC 8460).
    case tls
    /// Aggregate reports of DMARC (RFC 9990).
    case dmarc
}

/// A report that came in, and what is known of its sender.
public struct ReceivedReport: Sendable, Hashable, Codable {
    /// What it says.
    public enum Content: Sendable, Hashable, Codable {
        case tls(ReceivedTLSReport)
        case dmarc(ReceivedDMARCReport)
    }

    /// What it says: a claim.
    public var content: Content
    /// Whose report it says it is: the domain of its contact address.
    public var reporter: DNSName?
    /// DMARC proved that the message is by the reporter's domain, or by one above it. Otherwise anybody may have written it.
    public var isProven: Bool
    /// When it came in, in seconds since 1970.
    public var received: Int64

    /// A report that came in.
    ///
    /// - Parameter author: the author's domain of the message when DMARC passed for it; else nil.
    public init(_ content: Content, author: DNSName?, received: Int64) {
        self.content = content
        self.received = received
        let reporter = Self.domain(of: content.contact)
        self.reporter = reporter
        isProven = author.flatMap { author in reporter?.isEqualOrBelow(author) } ?? false
    }

    /// Reports with the same key are the same report: it may have been sent more than once. An unproven one never takes the
    /// place of a proven one.
    public var key: String {
        [kind.rawValue, reporter?.text.lowercased() ?? "", content.domain.text.lowercased(), content.reportID]
            .joined(separator: "\n")
    }

    /// Which kind.
    public var kind: ReportKind {
        switch content {
        case .tls: .tls
        case .dmarc: .dmarc
        }
    }

    private static func domain(of contact: String) -> DNSName? {
        guard let at = contact.lastIndex(of: "@") else { return nil }
        let domain = contact[contact.index(after: at)...].prefix { $0 != ">" && $0 != " " }
        return DNSName(internationalized: Array(domain.utf8)).flatMap { $0.labels.count < 2 ? nil : $0 }
    }
}

extension ReceivedReport.Content {
    /// Who reports.
    public var organization: String {
        switch self {
        case .tls(let report): report.organization
        case .dmarc(let report): report.organization
        }
    }

    /// Whom to ask.
    public var contact: String {
        switch self {
        case .tls(let report): report.contact
        case .dmarc(let report): report.contact
        }
    }

    /// The reporter's name for the report.
    public var reportID: String {
        switch self {
        case .tls(let report): report.reportID
        case .dmarc(let report): report.reportID
        }
    }

    /// The first and the last second of the period, since 1970.
    public var period: ClosedRange<Int64> {
        switch self {
        case .tls(let report): report.begin...max(report.begin, report.end)
        case .dmarc(let report): report.begin...max(report.begin, report.end)
        }
    }

    /// The domain that it is about; of a TLS report the first.
    public var domain: DNSName {
        switch self {
        case .tls(let report): report.policies.first?.domain ?? .root
        case .dmarc(let report): report.policyDomain
        }
    }

    /// How many sessions or messages were as they should be, and how many weren't.
    public var counts: (good: Int, bad: Int) {
        switch self {
        case .tls(let report): (report.successes, report.failed)
        case .dmarc(let report): (report.passed, report.failed)
        }
    }

    /// What it says about domains of ours; nil when it is about none.
    func about(_ domains: [DNSName]) -> ReceivedReport.Content? {
        func isOurs(_ name: DNSName) -> Bool { domains.contains { name.isEqualOrBelow($0) } }
        switch self {
        case .dmarc(let report): return isOurs(report.policyDomain) ? self : nil
        case .tls(var report):
            report.policies.removeAll { !isOurs($0.domain) }
            return report.policies.isEmpty ? nil : .tls(report)
        }
    }
}
