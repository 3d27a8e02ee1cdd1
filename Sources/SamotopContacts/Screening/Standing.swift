/// How a sender stands with one owner.
enum Standing: Sendable, Hashable {
    /// Nothing is known of it.
    case unknown
    /// A contact that waits, or whose mail is kept apart.
    case waiting(Contact)
    /// It claims to be a welcome contact, and isn't proved to be (M21).
    case claimed(Contact)
    /// It is welcome, and proved.
    case welcome(Contact)
    /// Its mail isn't wanted. Needs no proof: nobody pretends to be blocked.
    case blocked(Contact)

    /// Of what is known of the address, its domain and those above it, the most specific that is decided counts.
    init(of sender: Sender, among contacts: KnownContacts) {
        var waiting: Contact?
        for correspondent in sender.address.lookups {
            guard let contact = contacts[correspondent] else { continue }
            switch contact.state {
            case .blocked: self = .blocked(contact)
            case .welcome: self = sender.satisfies(contact.identity) ? .welcome(contact) : .claimed(contact)
            case .waiting, .held:
                waiting = waiting ?? contact
                continue
            }
            return
        }
        self = waiting.map { .waiting($0) } ?? .unknown
    }

    var contact: Contact? {
        switch self {
        case .unknown: nil
        case .waiting(let contact), .claimed(let contact), .welcome(let contact), .blocked(let contact): contact
        }
    }
}
