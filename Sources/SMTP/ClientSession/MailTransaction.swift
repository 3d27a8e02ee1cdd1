/// What MAIL and RCPT of one message say: the envelope of RFC 5321 §2.3.1, on its way out.
///
/// Parameters that belong to an extension the server lacks are left out where that changes nothing for the message (SIZE, BODY
/// of content that is 7-bit, AUTH) or where RFC 3461 §5 says so (RET, ENVID, NOTIFY, ORCPT: see ``SendResult/notifiesItself``).
/// Where it would, the transaction doesn't begin: see ``ClientFault``.
public struct MailTransaction: Sendable, Hashable {
    /// A recipient, with the parameters of its RCPT.
    public struct Recipient: Sendable, Hashable {
        /// The forward-path.
        public var path: ForwardPath
        /// NOTIFY and ORCPT.
        public var parameters: RcptParameters

        /// Makes a recipient.
        public init(_ path: ForwardPath, parameters: RcptParameters = RcptParameters()) {
            self.path = path
            self.parameters = parameters
        }
    }

    /// Where reports of failure go.
    public var reversePath: ReversePath
    /// The parameters of MAIL. SIZE is filled in when the size of the content is known, BODY and SMTPUTF8 when they are needed.
    public var parameters: MailParameters
    /// The recipients, in the order of their RCPT; at least one.
    public var recipients: [Recipient]

    /// Makes a transaction.
    public init(
        from reversePath: ReversePath, to recipients: [Recipient], parameters: MailParameters = MailParameters()
    ) {
        self.reversePath = reversePath
        self.recipients = recipients
        self.parameters = parameters
    }

    /// Makes a transaction of mailboxes without parameters.
    public init(from sender: Mailbox, to recipients: [Mailbox]) {
        self.init(from: .mailbox(sender), to: recipients.map { Recipient(.mailbox($0)) })
    }

    /// Makes a transaction of addresses as people write them, `ann@example.org`; an empty sender is `<>`. Nil when one of them
    /// is no mailbox or there is no recipient.
    public init?(from sender: String, to recipients: [String]) {
        let mailboxes = recipients.compactMap { Mailbox($0) }
        guard !mailboxes.isEmpty, mailboxes.count == recipients.count else { return nil }
        var path = ReversePath.null
        if !sender.isEmpty {
            guard let mailbox = Mailbox(sender) else { return nil }
            path = .mailbox(mailbox)
        }
        self.init(from: path, to: mailboxes.map { Recipient(.mailbox($0)) })
    }
}

extension MailTransaction: CustomStringConvertible {
    /// The number of recipients, never an address.
    public var description: String { "MailTransaction(\(recipients.count) recipients)" }
}
