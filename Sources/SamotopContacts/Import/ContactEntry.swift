import SMTP

/// One contact of a file that someone imports.
public struct ContactEntry: Sendable, Hashable {
    /// Whom it is about.
    public var correspondent: Correspondent
    /// Where it stood; nil: the file doesn't say.
    public var state: Contact.State?
    /// What it was bound to; nil: its own domain.
    public var identity: Identity?
    /// The person's name, or what was noted; at most 500 characters.
    public var note: String

    /// Makes an entry.
    public init(
        _ correspondent: Correspondent, state: Contact.State? = nil, identity: Identity? = nil, note: String = ""
    ) {
        self.correspondent = correspondent
        self.state = state
        self.identity = identity
        self.note = String(note.prefix(500))
    }
}

extension Correspondent {
    /// An address, a domain, or a List-Id between angle brackets, as people write them; nil when it is none.
    public init?(reading text: [UInt8]) {
        let text = text.trimmed()
        if text.first == UInt8(ascii: "<"), text.last == UInt8(ascii: ">"), !text.contains(UInt8(ascii: "@")) {
            guard let list = Correspondent.list(Array(text.dropFirst().dropLast())) else { return nil }
            self = list
        } else if text.contains(UInt8(ascii: "@")) {
            guard let mailbox = Mailbox(Array(text)) else { return nil }
            self = .address(mailbox)
        } else {
            guard text.contains(UInt8(ascii: ".")), let domain = DomainName(Array(text)) else { return nil }
            self = .domain(domain)
        }
    }
}
