/// `Forward-path` of RFC 5321 §4.1.2 as RCPT takes it (§4.1.1.3). A source route is read over and forgotten.
public enum ForwardPath: Sendable, Hashable {
    /// `<Postmaster>`, without a domain and in any case of letters: the postmaster of the server spoken to.
    case postmaster
    /// `<mailbox>`
    case mailbox(Mailbox)

    /// The path with its angle brackets.
    public var bytes: [UInt8] {
        var writer = CommandWriter()
        writer.append(self)
        return writer.bytes
    }

    /// The mailbox, or nil for `<Postmaster>`.
    public var mailbox: Mailbox? {
        switch self {
        case .postmaster: nil
        case .mailbox(let mailbox): mailbox
        }
    }

    /// Whether every octet is ASCII.
    public var isASCII: Bool { mailbox?.isASCII ?? true }
}
