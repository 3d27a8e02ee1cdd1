public import SamotopCore

/// What the three front ends (page, command line, mailbox) do with contacts: all decisions go through here.
public struct ContactDesk: Sendable {
    let store: any ContactStore
    private let audit: (any AuditStore)?
    let held: (any HeldMail)?
    let clock: any WallClock
    let asciiDomain: @Sendable ([UInt8]) -> [UInt8]?

    /// - Parameters:
    ///   - held: where held messages are; nil: none are held.
    ///   - asciiDomain: turns a domain with letters beyond ASCII into its A-labels (RFC 5890); the same as for the screening.
    public init(
        _ store: any ContactStore, audit: (any AuditStore)? = nil, held: (any HeldMail)? = nil,
        clock: any WallClock = SystemClock(), asciiDomain: @escaping @Sendable ([UInt8]) -> [UInt8]? = { _ in nil }
    ) {
        self.store = store
        self.audit = audit
        self.held = held
        self.clock = clock
        self.asciiDomain = asciiDomain
    }

    /// A page of the owner's contacts.
    public func contacts(of owner: Owner, matching query: ContactQuery) async throws -> [Contact] {
        try await store.contacts(of: owner, matching: query)
    }

    /// One contact, if the owner has it.
    public func contact(_ id: ContactID, of owner: Owner) async throws -> Contact? {
        try await store.contact(id, of: owner)
    }

    /// The contact about exactly this correspondent.
    public func contact(about correspondent: Correspondent, of owner: Owner) async throws -> Contact? {
        try await store.contacts(of: owner, about: [correspondent.withASCIIDomain(asciiDomain)]).first
    }

    /// How many there are in each state.
    public func counts(of owner: Owner) async throws -> [Contact.State: Int] { try await store.counts(of: owner) }

    /// Owners who have contacts, in order.
    public func owners() async throws -> [Owner] { try await store.owners() }

    /// Decides about a correspondent, known or not. Held mail of a welcome one is moved to the inbox, that of a blocked one
    /// removed.
    ///
    /// The same decision once more (a double click) changes nothing, so that it can still be undone.
    ///
    /// - Parameters:
    ///   - note: why; nil: what was noted before anyone decided, if anything was.
    ///   - identity: what the contact is bound to; nil: what it is, and a new one its own domain.
    ///   - replaceable: states that it may be decided from; a contact in another one stays as it is.
    @discardableResult
    public func decide(
        _ state: Contact.State, about correspondent: Correspondent, of owner: Owner, by maker: String,
        note: String? = nil, identity: Identity? = nil,
        from replaceable: Set<Contact.State> = Set(Contact.State.allCases)
    ) async throws -> Contact? {
        let now = clock.now()
        let correspondent = correspondent.withASCIIDomain(asciiDomain)
        let fallback = identity ?? correspondent.ownIdentity
        let decided = try await store.change(correspondent, of: owner) { contact in
            if let contact, !replaceable.contains(contact.state) { return contact }
            if let contact, contact.state == state, identity == nil || contact.identity == identity { return contact }
            var contact =
                contact
                ?? Contact(
                    id: .random(), owner: owner, correspondent: correspondent, state: .waiting, identity: fallback,
                    firstSeen: now, lastSeen: now)
            if let identity { contact.identity = identity }
            contact.decision = ContactDecision(
                previous: contact.state, state: state, maker: maker, time: now,
                note: note ?? contact.earlyNote?.note ?? "")
            contact.state = state
            return contact
        }
        guard let decided else { return nil }
        let isNew = decided.state == state && decided.decision?.time == now && decided.decision?.maker == maker
        if isNew { try await record(decided, state.rawValue, maker, decided.decision?.note ?? "", now) }
        return try await settleHeld(decided)
    }

    /// Takes the latest decision back: what it was before is what it is again. Mail that was moved stays where it is.
    public func undo(_ id: ContactID, of owner: Owner, by maker: String) async throws -> Contact? {
        guard let contact = try await store.contact(id, of: owner), let decision = contact.decision else { return nil }
        return try await decide(decision.previous, about: contact.correspondent, of: owner, by: maker, note: "undone")
    }

    /// Removes a contact: the next mail of that sender comes from a stranger.
    ///
    /// Held mail was accepted, and nobody has said what shall become of it. So as long as there is some, the sender is a
    /// stranger right away: a contact that waits, from this moment on, with nothing of what was decided or noted.
    @discardableResult
    public func forget(_ correspondent: Correspondent, of owner: Owner, by maker: String) async throws -> Forgetting {
        guard let known = try await contact(about: correspondent, of: owner) else { return .unknown }
        let now = clock.now()
        let holdsMail = held != nil
        let left = try await store.change(known.correspondent, of: owner) {
            holdsMail ? $0?.stranger(since: now) : nil
        }
        try await record(known, "forgotten", maker, "", now)
        return left.map { .waits($0) } ?? .forgotten
    }

    /// What was recorded of mail from this contact, and of decisions about it; latest first.
    public func history(of contact: Contact, limit: Int = 50) async throws -> [AuditEntry] {
        try await audit?.entries(from: contact.correspondent.text, to: contact.owner, limit: limit) ?? []
    }

    /// The first octets of a held message; nil when there is none.
    public func heldMessage(_ envelope: String, of contact: Contact, limit: Int) async throws -> [UInt8]? {
        guard let held, contact.request?.held.contains(envelope) == true else { return nil }
        return try await held.content(of: envelope, of: contact.owner, limit: limit)
    }

    /// First the mail moves, then the list of it is emptied: after a crash between the two, the next decision moves none twice.
    private func settleHeld(_ contact: Contact) async throws -> Contact {
        guard let held, let envelopes = contact.request?.held, !envelopes.isEmpty else { return contact }
        switch contact.state {
        case .welcome: try await held.release(envelopes, of: contact.owner)
        case .blocked: try await held.discard(envelopes, of: contact.owner)
        case .waiting, .held: return contact
        }
        return try await store.change(contact.correspondent, of: contact.owner) { current in
            guard var current else { return nil }
            current.request?.held.removeAll { envelopes.contains($0) }
            return current
        } ?? contact
    }

    func record(_ contact: Contact, _ verdict: String, _ maker: String, _ note: String, _ now: Timestamp)
        async throws
    {
        let entry = AuditEntry(
            time: now, envelope: "", owner: contact.owner, sender: contact.correspondent.text, stage: "decision",
            judge: maker, verdict: verdict, cause: note)
        try await audit?.append([entry])
    }
}

extension Correspondent {
    /// What a contact that someone made by hand is bound to: the domain of the address, which has to be proved.
    public var ownIdentity: Identity {
        switch kind {
        case .address:
            let start = bytes.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? 0
            return Identity(.domain(String(decoding: bytes[start...], as: UTF8.self)))
        case .domain, .list:
            return Identity(.domain(text))
        }
    }
}
