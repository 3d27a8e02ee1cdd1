/// What a message says of who sent it, with what is proved of that.
struct Claims: Sendable {
    /// The reverse-path; nil for the null one.
    var envelope: Sender?
    /// The author; nil before the header is there, and when it names no single one.
    var author: Sender?
    /// The mailing list, when its domain signed.
    var list: Correspondent?
    /// The header has been read.
    var isComplete = false

    /// What is looked up in an owner's book.
    var lookups: [Correspondent] {
        var lookups = author?.address.lookups ?? []
        for correspondent in envelope?.address.lookups ?? [] where !lookups.contains(correspondent) {
            lookups.append(correspondent)
        }
        if let list { lookups.append(list) }
        return lookups
    }

    /// Whom the owner is asked about.
    var sender: Sender? { author ?? envelope }

    /// How all that stands with an owner who has these contacts.
    func standing(among contacts: KnownContacts) -> Standing {
        let envelope = envelope.map { Standing(of: $0, among: contacts) } ?? .unknown
        guard isComplete else { return envelope }
        if let contact = list.flatMap({ contacts[$0] }) {
            if contact.state == .blocked { return .blocked(contact) }
            if contact.state == .welcome, !isBlocked(author, contacts) { return .welcome(contact) }
        }
        guard let author else {
            // A From that readers disagree on is nobody's, whoever sent it.
            if case .welcome(let contact) = envelope { return .claimed(contact) }
            return envelope
        }
        let standing = Standing(of: author, among: contacts)
        switch (standing, envelope) {
        case (.blocked, _), (.welcome, _), (.claimed, _): return standing
        // Who is welcome and proved in the envelope answers for what it sends, but for the name of another contact.
        case (_, .welcome), (_, .blocked): return envelope
        case (.unknown, _), (.waiting, _): return standing
        }
    }

    private func isBlocked(_ sender: Sender?, _ contacts: KnownContacts) -> Bool {
        guard let sender, case .blocked = Standing(of: sender, among: contacts) else { return false }
        return true
    }
}
