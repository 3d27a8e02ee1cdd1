/// `reports:`, what is told to other servers' owners, and what they tell us.
struct ReportSettings: Sendable, Hashable {
    enum Kind: String, CaseIterable { case tls, dmarc }

    /// What is sent. Nothing, unless it is written: a report tells others about one's mail.
    var send: [Kind] = []
    /// The author of reports, and whom to ask; nil: the postmaster.
    var contact: MailboxName?
    /// Nil: the contact's domain.
    var organization: String?
    /// Addresses of ours where others' reports are wanted: what comes there is read, and open to strangers.
    var receive: [MailboxName] = []

    init() {}

    init(_ reader: SectionReader) {
        func address(_ text: String) throws(Unfit) -> MailboxName { try MailboxName.parse(text, in: nil) }
        send = reader.list("send", Choice.of(Kind.self)) ?? send
        contact = reader.value("contact", address)
        organization = reader.value("organization", Name.text)
        receive = reader.list("receive", address) ?? receive
        reader.finish()
    }
}
