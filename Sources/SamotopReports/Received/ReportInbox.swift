public import InternetMessage
public import NameResolution

/// Takes in the mail of an address that reports are wanted at.
public struct ReportInbox: Sendable {
    /// What became of a message.
    public enum Receipt: Sendable, Hashable {
        /// The report is kept.
        case kept(ReceivedReport)
        /// It was here already.
        case known(ReceivedReport)
        /// It is no report, or none of ours: for whoever looks after the address to see.
        case refused(ReportFault)
    }

    private let store: any ReceivedReportStore
    private let domains: [DNSName]
    private let reader: ReportReader

    /// An inbox.
    ///
    /// - Parameter domains: ours; what reports say of others is left out, and those that are only about others are refused.
    public init(_ store: any ReceivedReportStore, domains: [DNSName], limits: ReadingLimits = ReadingLimits()) {
        self.store = store
        self.domains = domains
        reader = ReportReader(limits: limits)
    }

    /// Reads the report in a message, and keeps it.
    ///
    /// - Parameters:
    ///   - evidence: what is known of the message's sender: a passed DMARC makes the report a proven one.
    ///   - time: when the message came in, in seconds since 1970.
    /// - Throws: what the store throws.
    public func take(
        _ message: [UInt8], evidence: [AuthenticationResult], receivedAt time: Int64
    ) async throws -> Receipt {
        let content: ReceivedReport.Content
        do throws(ReportFault) {
            let found = try reader.report(in: MIMEMessage(message))
            guard let ours = found.about(domains) else { throw .notOurDomain }
            content = ours
        } catch {
            return .refused(error)
        }
        let report = ReceivedReport(content, author: Self.author(by: evidence), received: time)
        return try await store.add(report) ? .kept(report) : .known(report)
    }

    /// The author's domain, when DMARC passed for it.
    private static func author(by evidence: [AuthenticationResult]) -> DNSName? {
        let results = evidence.filter { $0.method == .dmarc }
        guard let result = results.last, result.result == .pass, let domain = result.value(.header, .from) else {
            return nil
        }
        return DNSName(internationalized: domain)
    }
}
