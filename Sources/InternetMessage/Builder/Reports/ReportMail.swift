public import SMTP

/// A compressed report for the owner of a domain, as a message with the subject and the file name that are prescribed: the TLS
/// report of RFC 8460 §5.3, or the aggregate report of DMARC (RFC 9990 §3.5).
///
/// What the report says comes in as octets. The message is to be DKIM-signed by the submitter's domain.
public struct ReportMail: Sendable, Hashable {
    /// Which report.
    public enum Kind: Sendable, Hashable {
        /// `application/tlsrpt+gzip` in a `multipart/report`.
        case tls
        /// `application/gzip` in a `multipart/mixed`.
        case dmarcAggregate
    }

    /// Which report.
    public let kind: Kind
    /// The domain that the report is about.
    public let policyDomain: DomainName
    /// The domain that reports.
    public let submitter: DomainName
    /// The identifier of the report, `left@right`.
    public let reportID: String
    /// The first second that the report is about, since 1970.
    public let begin: Int64
    /// The last second that the report is about, since 1970.
    public let end: Int64

    /// A report to be sent.
    ///
    /// - Returns: nil when the identifier is not of the form `left@right` in ASCII and at most 200 octets, a time is before 1970
    ///   or the end before the beginning, or a domain has no form in ASCII.
    public init?(
        _ kind: Kind, policyDomain: DomainName, submitter: DomainName, reportID: String, begin: Int64, end: Int64
    ) {
        guard let policyDomain = policyDomain.asciiForm, let submitter = submitter.asciiForm, begin >= 0, end >= begin,
            reportID.utf8.count <= 200, reportID.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != .quote }),
            MessageID(Array("<\(reportID)>".utf8)) != nil
        else { return nil }
        self.kind = kind
        self.policyDomain = policyDomain
        self.submitter = submitter
        self.reportID = reportID
        self.begin = begin
        self.end = end
    }

    /// `Report Domain: example.net Submitter: mail.example.org Report-ID: <7@example.org>`
    public var subject: String {
        "Report Domain: \(Self.text(policyDomain)) Submitter: \(Self.text(submitter)) Report-ID: <\(reportID)>"
    }

    /// `mail.example.org!example.net!1013662812!1013749130.json.gz`
    public var fileName: String {
        let ending = kind == .tls ? "json.gz" : "xml.gz"
        return "\(Self.text(submitter))!\(Self.text(policyDomain))!\(begin)!\(end).\(ending)"
    }

    /// The message, ready to be built.
    ///
    /// - Parameter gzip: the report, compressed.
    public func message(
        from: NamedMailbox, to: [NamedMailbox], date: InternetDate, gzip: [UInt8]
    ) -> MessageBuilder {
        let builder = MessageBuilder(from: [from], date: date).to(to).subject(subject)
        switch kind {
        case .tls:
            let report = MessagePart.attachment(fileName, type: "application/tlsrpt+gzip", content: gzip)
            return
                builder
                .header("TLS-Report-Domain", .structured(Self.text(policyDomain)))
                .header("TLS-Report-Submitter", .structured(Self.text(submitter)))
                .body(
                    .multipart(
                        "report", [.plain(Self.tlsWords), report],
                        parameters: [FieldParameter("report-type", "tlsrpt")]))
        case .dmarcAggregate:
            let report = MessagePart.attachment(fileName, type: "application/gzip", content: gzip)
            return builder.body(.mixed(.plain(Self.dmarcWords), report))
        }
    }

    private static func text(_ name: DomainName) -> String {
        String(decoding: name.bytes.map(\.lowercasedASCII), as: UTF8.self)
    }

    private static let tlsWords = """
        This is a report by the rules of RFC 8460: how messages to your domain were encrypted on their way.
        The attached file is for programs.

        """

    private static let dmarcWords = """
        This is an aggregate report of DMARC (RFC 9990): which messages in the name of your domain were received.
        The attached file is for programs.

        """
}
