public import NameResolution
public import SMTP

/// What a report is about: one domain, one day.
public struct ReportSubject: Sendable, Hashable, Codable {
    /// Which kind.
    public let kind: ReportKind
    /// The domain.
    public let domain: DNSName
    /// When the day began, in seconds since 1970.
    public let begin: Int64

    /// A subject.
    public init(_ kind: ReportKind, domain: DNSName, begin: Int64) {
        self.kind = kind
        self.domain = domain
        self.begin = begin
    }
}

/// A message with a report, ready to go.
///
/// A TLS report has to be delivered whatever is wrong with the receiver's TLS, and its own session isn't to be counted for the
/// next report (RFC 8460 §3): else two servers would report about reports for ever.
public struct OutgoingReport: Sendable, Hashable {
    /// What it is about.
    public let subject: ReportSubject
    /// The report's identifier, and the message's. The same counts always have the same, so that a report that was sent twice is
    /// seen to be one.
    public let id: String
    /// Whom the message comes back to.
    public let reversePath: ReversePath
    /// Who gets it.
    public let recipients: [Mailbox]
    /// The message, in 7 bits.
    public let octets: [UInt8]
}

/// Hands a TLS report to an `https:` address of a `rua` (RFC 8460 §5.4).
public protocol ReportPosting: Sendable {
    /// POSTs the octets with this `Content-Type`. Returns when the server has accepted them.
    func post(_ octets: [UInt8], type: String, to uri: String) async throws
}
