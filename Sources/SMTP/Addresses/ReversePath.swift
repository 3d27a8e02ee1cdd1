/// `Reverse-path` of RFC 5321 §4.1.2: where a report of failure goes. A source route is read over and forgotten.
public enum ReversePath: Sendable, Hashable {
    /// `<>`: nobody wants a report (RFC 5321 §4.5.5).
    case null
    /// `<mailbox>`
    case mailbox(Mailbox)

    /// The path with its angle brackets.
    public var bytes: [UInt8] {
        var writer = CommandWriter()
        writer.append(self)
        return writer.bytes
    }

    /// The mailbox, or nil for `<>`.
    public var mailbox: Mailbox? {
        switch self {
        case .null: nil
        case .mailbox(let mailbox): mailbox
        }
    }

    /// Whether every octet is ASCII.
    public var isASCII: Bool { mailbox?.isASCII ?? true }
}
