import SamotopContacts

/// The contacts of one owner that wait for a decision, by what is filed for them.
struct UndecidedContacts {
    private let contacts: [ContactID: Contact]
    private let envelopes: [String: ContactID]

    init(_ contacts: [Contact]) {
        var byID: [ContactID: Contact] = [:]
        var byEnvelope: [String: ContactID] = [:]
        for contact in contacts {
            byID[contact.id] = contact
            for envelope in contact.request?.held ?? [] { byEnvelope[envelope] = contact.id }
        }
        self.contacts = byID
        envelopes = byEnvelope
    }

    subscript(subject: MessageSubject) -> Contact? {
        switch subject {
        case .request(let id): contacts[id]
        case .held(let envelope): envelopes[envelope].flatMap { contacts[$0] }
        }
    }
}
