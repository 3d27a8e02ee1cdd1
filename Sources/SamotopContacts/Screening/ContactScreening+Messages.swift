import SMTP
import SamotopCore

extension ContactScreening {
    /// The answer to a message for recipients of one party.
    func answer(
        to message: IncomingMessage, for party: Party, _ recipients: [Recipient], _ session: inout Session
    ) async throws -> ScreeningAnswer {
        switch try await ruling(on: message.claims, for: party) {
        case .welcome(let contact):
            try await delivered(contact, message)
            return .pass("welcome " + contact.correspondent.kind.rawValue)
        case .blocked(let contact):
            return .reject(.blocked, "blocked " + contact.correspondent.kind.rawValue)
        case .stranger(let standings):
            if let answer = try await answerOfNames(recipients, message, party, session) { return answer }
            return try await treat(message, standings, party, recipients, &session)
        }
    }

    /// The answer to a message for several parties. All its recipients were welcoming at RCPT, or it wouldn't have come so far.
    func answer(
        to message: IncomingMessage, for parties: [(party: Party, recipients: [Recipient])], _ session: inout Session
    ) async throws -> ScreeningAnswer {
        var welcoming: [Contact] = []
        var others: [(party: Party, recipients: [Recipient])] = []
        var blocked = 0
        var wereWelcoming = true
        let envelope = Claims(envelope: message.claims.envelope)
        for (party, recipients) in parties {
            if case .welcome = try await ruling(on: envelope, for: party) {} else { wereWelcoming = false }
            switch try await ruling(on: message.claims, for: party) {
            case .welcome(let contact): welcoming.append(contact)
            case .blocked:
                blocked += 1
                others.append((party, recipients))
            case .stranger: others.append((party, recipients))
            }
        }
        if blocked == parties.count { return .reject(.blocked, "blocked by all") }
        guard others.isEmpty || wereWelcoming else {
            return .postpone(.changedMeanwhile, "the owners' answers changed on the way")
        }
        for contact in welcoming { try await delivered(contact, message) }
        // One reply for all: what some owners don't want in their inbox, though its reverse-path is welcome, is kept apart.
        for mailbox in others.flatMap(\.recipients).flatMap(\.mailboxes) {
            session.folders[mailbox] = settings.heldFolder
        }
        return .pass(others.isEmpty ? "welcome" : "welcome in the envelope, kept apart for \(others.count)")
    }

    /// Counts a delivery; binds a contact that was bound to a network to the first domain that is proved for it.
    private func delivered(_ contact: Contact, _ message: IncomingMessage) async throws {
        contacts.note([Delivery(owner: contact.owner, correspondent: contact.correspondent, time: message.received)])
        guard case .network = contact.identity.anchor else { return }
        let senders = [message.claims.author, message.claims.envelope].compactMap(\.self)
        let proven = senders.first {
            $0.identity.isProven && $0.address.lookups.contains(contact.correspondent)
        }
        guard let proven else { return }
        let identity =
            contact.correspondent.kind == .domain
            ? Identity(.domain(contact.correspondent.text), proofs: proven.identity.proofs) : proven.identity
        try await contacts.change(contact.correspondent, of: contact.owner) { current in
            guard var current, current.identity == contact.identity else { return current }
            current.identity = identity
            return current
        }
    }

    /// At RCPT already, so that a known stranger's message needn't be sent again and again: it waits, its reverse-path is proved,
    /// and no author of its domain is welcome, so that the message could hardly show more. Nil: its header has to be seen.
    func earlyAnswer(
        _ claims: Claims, _ standings: [Owner: Standing], _ party: Party, _ recipient: Recipient,
        _ envelope: Envelope, _ session: Session
    ) async throws -> Verdict? {
        guard let sender = claims.envelope, sender.identity.isProven, party.pass == nil else { return nil }
        for (owner, standing) in standings {
            guard case .waiting(let contact) = standing, contact.state == .waiting,
                contact.correspondent == sender.address.correspondent,
                try await !contacts.hasWelcomeNeighbour(of: sender.address, with: owner)
            else { return nil }
        }
        let now = clock.now()
        let answer = StrangerTreatment(standings, party, at: now)
        switch answer.treatment {
        case .ask:
            let message = IncomingMessage(
                envelope: envelope, claims: claims, header: MessageHeader(nil), session: session, received: now)
            for (owner, standing) in standings {
                var request = message.request(for: recipient, standing, policy: party.policy(of: owner))
                // What the message told before is still what is known of it.
                if let earlier = standing.contact?.request {
                    request.displayName = earlier.displayName
                    request.subject = earlier.subject
                    request.evidence = earlier.evidence
                }
                try await file(request, sender, of: owner)
            }
            return .postpone(Refusal(.asked, cause: "still waits for the owner's word"))
        case .refuse where answer.isUnanswered:
            return .reject(Refusal(.unanswered, cause: "nobody answered in time"))
        case .hold, .grey, .welcome, .refuse, .firstDomain:
            return nil
        }
    }

    @discardableResult
    func file(_ request: ContactRequest, _ sender: Sender, of owner: Owner) async throws -> Filing {
        try await contacts.file(
            request, from: sender.address.correspondent, identity: sender.identity, of: owner, within: settings.limits)
    }
}
