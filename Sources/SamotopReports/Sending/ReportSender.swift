public import InternetMessage
public import NameResolution
public import SMTP

/// Who sends reports, and what is sent at most. Nothing is sent of a kind that isn't named.
public struct ReportSender: Sendable {
    /// The kinds of reports that are sent. None at first: a report tells others about one's mail, so its operator has to want it.
    public var kinds: Set<ReportKind> = []
    /// The name of the organisation.
    public var organization: String
    /// The author of the messages, and whom to ask.
    public var contact: NamedMailbox
    /// The domain that reports: that of the contact, for then DMARC proves it.
    public var domain: DNSName
    /// Where undeliverable ones go. Null: nowhere, since nobody could do anything about it.
    public var reversePath = ReversePath.null
    /// The name of the program in DMARC reports.
    public var generator: String? = "Samotop"
    /// Reports a day at most. The others go on the next day, or never.
    public var maximumReportsADay = 1_000
    /// Octets of a compressed report at most; a larger one is not sent. A limit in `rua` (`!10m`) isn't heeded (RFC 9989 §4.8).
    public var maximumReport = 10 << 20
    /// Days after which what could not be sent is forgotten.
    public var keptDays: Int64 = 3

    /// A sender.
    ///
    /// - Returns: nil when the contact's domain is no name of the DNS.
    public init?(organization: String, contact: NamedMailbox) {
        guard case .name(let name) = contact.mailbox.domain, let domain = DNSName(internationalized: name.bytes) else {
            return nil
        }
        self.organization = organization
        self.contact = contact
        self.domain = domain
    }

    /// The contact's address as text.
    var address: String { String(decoding: contact.mailbox.bytes, as: UTF8.self) }
}
