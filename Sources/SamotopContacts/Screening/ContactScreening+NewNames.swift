import SMTP
import SamotopCore

extension ContactScreening {
    /// What a domain's owners said of a name that nobody claimed.
    enum NameStanding {
        /// These haven't said yet whether they want it.
        case open([Owner], Correspondent)
        /// All who were asked don't want it, or didn't answer for longer than their patience.
        case unwanted
        /// Somebody wants it, or it isn't a name that is asked about.
        case wanted

        /// The answer where nobody is asked any more. As for a name that isn't there.
        static let refusal = Refusal(.unknownMailbox, cause: "a name that its owner doesn't want")
        /// The answer while it is open. As for a stranger who is asked about.
        static let postponement = Refusal(.asked, cause: "a new name waits for its owner's word")
    }

    func standingOfName(_ recipient: Recipient, _ party: Party) async throws -> NameStanding {
        guard let mailbox = recipient.path.mailbox, isNewName(mailbox) else { return .wanted }
        // A pass makes no other name of it, and what only looks like one opens nothing.
        let address = PassAddress(mailbox)?.mailbox ?? mailbox
        guard isNewName(address) else { return .wanted }
        if try await isValidPass(party) { return .wanted }
        let name = SenderAddress(address, asciiDomain: asciiDomain).correspondent
        let now = clock.now()
        var open: [Owner] = []
        var isDead = false
        for owner in party.owners {
            let known = try await contacts.known(of: owner, about: [name])[name]
            switch known?.state {
            case .welcome, .held: return .wanted
            case .blocked: isDead = true
            case .waiting, nil:
                let patience = party.policy(of: owner).patience
                if let known, RetryClock(known).hasWaited(days: patience, at: now) {
                    isDead = true
                } else {
                    open.append(owner)
                }
            }
        }
        return open.isEmpty ? isDead ? .unwanted : .wanted : .open(open, name)
    }

    /// Lists a name like a new contact, under its own address. False: a word that came this very moment welcomed it.
    func file(
        _ name: Correspondent, for recipient: Recipient, of owners: [Owner], _ envelope: Envelope, _ network: String,
        _ session: Session
    ) async throws -> Bool {
        for owner in owners {
            let request = ContactRequest(
                recipient: recipient.text, reversePath: envelope.reversePath.text, network: network,
                hello: session.helloText,
                evidence: [ContactRequest.newName] + session.evidenceLines(for: .unknown, list: nil), time: clock.now())
            // Bound to nothing that a client could be: mail in this name doesn't become welcome with it.
            let filing = try await contacts.file(
                request, from: name, identity: Identity(.local), of: owner, within: settings.limits)
            if case .known(let contact) = filing, contact.state == .welcome { return false }
        }
        return true
    }

    /// At RCPT. Nil: the name is welcome, or what becomes of it is said at the end of the message.
    func answerOfName(
        _ recipient: Recipient, _ envelope: Envelope, _ standings: [Owner: Standing], _ party: Party,
        _ network: String, _ session: Session
    ) async throws -> Verdict? {
        switch try await standingOfName(recipient, party) {
        case .wanted: return nil
        case .unwanted: return .reject(NameStanding.refusal)
        case .open(let owners, let name):
            // Where strangers are asked about, a name that is there is answered at the end of the message: this one, too, or
            // the difference would tell which names there are.
            if StrangerTreatment(standings, party, at: clock.now()).treatment == .ask { return nil }
            let isListed = try await file(name, for: recipient, of: owners, envelope, network, session)
            return isListed ? .postpone(NameStanding.postponement) : nil
        }
    }

    /// At the end of a stranger's message. Nil: one of its recipients isn't a new name, or a word came meanwhile.
    func answerOfNames(
        _ recipients: [Recipient], _ message: IncomingMessage, _ party: Party, _ session: Session
    ) async throws -> ScreeningAnswer? {
        guard let network = strangerNetwork(session) else { return nil }
        var open: [(recipient: Recipient, owners: [Owner], name: Correspondent)] = []
        for recipient in recipients {
            guard case .open(let owners, let name) = try await standingOfName(recipient, party) else { return nil }
            open.append((recipient, owners, name))
        }
        for (recipient, owners, name) in open {
            guard try await file(name, for: recipient, of: owners, message.envelope, network, session) else {
                return nil
            }
        }
        return .postpone(.asked, "a new name waits for its owner's word")
    }
}

extension ContactRequest {
    /// The first line of the evidence when it is about a name of the owner's own domain, and not about a sender.
    public static let newName = "a name in your domain that had no mail before"

    /// Whether it is about a name of the owner's own domain that mail came for, and not about who writes.
    public var isNewName: Bool { evidence.first == Self.newName }
}
