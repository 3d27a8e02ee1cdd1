import SMTP
import SamotopCore

extension ContactScreening {
    /// What becomes of a stranger's message.
    func treat(
        _ message: IncomingMessage, _ standings: [Owner: Standing], _ party: Party, _ recipients: [Recipient],
        _ session: inout Session
    ) async throws -> ScreeningAnswer {
        let answer = StrangerTreatment(standings, party, at: message.received)
        guard let recipient = recipients.first, let sender = message.claims.sender else {
            return answer.treatment == .welcome
                ? .pass("strangers are welcome") : .reject(.namesNobody, "neither a reverse-path nor an author")
        }
        if let answer = try await answerOfAddress(message, sender, standings, party) { return answer }
        if try await hasUsedPass(message, sender, standings, party) { return .pass("a pass of the owner's") }
        switch answer.treatment {
        case .welcome:
            return .pass("strangers are welcome")
        case .refuse:
            return answer.isUnanswered
                ? .reject(.unanswered, "nobody answered in time") : .reject(.strangersRefused, "strangers are refused")
        case .firstDomain:
            return try await firstDomain(message, sender, standings, party, recipient)
        case .grey:
            guard let greylist else { return try await ask(message, sender, standings, party, recipient) }
            return try await greylist.answer(to: message, sender, recipient)
        case .ask:
            return try await ask(message, sender, standings, party, recipient)
        case .hold:
            return try await hold(message, sender, standings, party, recipients, &session)
        }
    }

    private func ask(
        _ message: IncomingMessage, _ sender: Sender, _ standings: [Owner: Standing], _ party: Party,
        _ recipient: Recipient
    ) async throws -> ScreeningAnswer {
        for (owner, standing) in standings {
            let request = message.request(for: recipient, standing, policy: party.policy(of: owner))
            // The owner's word may have come this very moment.
            if case .welcome = Standing(try await file(request, sender, of: owner), of: message.claims) {
                return .pass("welcome just now")
            }
        }
        let isClaim = standings.values.contains { if case .claimed = $0 { true } else { false } }
        return .postpone(.asked, isClaim ? ContactRequest.unprovenClaim : "waits for the owner's word")
    }

    private func hold(
        _ message: IncomingMessage, _ sender: Sender, _ standings: [Owner: Standing], _ party: Party,
        _ recipients: [Recipient], _ session: inout Session
    ) async throws -> ScreeningAnswer {
        guard let recipient = recipients.first else { return .pass("no recipient") }
        var isListed = false
        for (owner, standing) in standings {
            let policy = party.policy(of: owner)
            let request = message.request(for: recipient, standing, policy: policy, isHeld: true)
            let filing = try await file(request, sender, of: owner)
            switch Standing(filing, of: message.claims) {
            case .welcome: return .pass("welcome just now")
            case .blocked: continue
            case .claimed, .waiting: isListed = true
            case .unknown: continue
            }
            arrivals?.note(
                HeldArrivals.Arrival(
                    envelope: message.envelope.id, owner: owner, correspondent: sender.address.correspondent,
                    time: message.received))
        }
        // What isn't listed could never be decided about, and nobody limits it.
        guard isListed else { return .postpone(.asked, "too many strangers wait") }
        for mailbox in recipients.flatMap(\.mailboxes) { session.folders[mailbox] = settings.heldFolder }
        return .pass("held until the owner decides")
    }

    /// The first domain that is proved has the address for itself. The owner's book shows it under the address that was
    /// given away.
    private func firstDomain(
        _ message: IncomingMessage, _ sender: Sender, _ standings: [Owner: Standing], _ party: Party,
        _ recipient: Recipient
    ) async throws -> ScreeningAnswer {
        guard case .domain(let domain) = sender.identity.anchor, sender.identity.isProven,
            let address = recipient.path.mailbox
        else { return .reject(.otherDomain, "no domain is proved") }
        let correspondent = Correspondent.address(address)
        let now = message.received
        for owner in standings.keys.sorted() where party.policy(of: owner).strangers == .firstDomain {
            var bound = try await contacts.known(of: owner, about: [correspondent])[correspondent]
            if bound == nil {
                bound = try await contacts.change(correspondent, of: owner) { contact in
                    contact
                        ?? Contact(
                            id: .random(), owner: owner, correspondent: correspondent, state: .welcome,
                            identity: sender.identity, firstSeen: now, lastSeen: now,
                            decision: ContactDecision(
                                previous: .waiting, state: .welcome, maker: "policy", time: now,
                                note: "the first domain that used this address"))
                }
            }
            if let bound, bound.state == .welcome, case .domain(let first) = bound.identity.anchor,
                DomainRelation.isRelated(Array(first.utf8), Array(domain.utf8))
            {
                contacts.note([Delivery(owner: owner, correspondent: correspondent, time: now)])
                return .pass("the domain that this address was given to")
            }
        }
        return .reject(.otherDomain, "the address belongs to another domain")
    }
}

extension Standing {
    /// How a message stands with an owner after its request was filed.
    init(_ filing: Filing, of claims: Claims) {
        switch filing {
        case .filed(let contact, _): self = .waiting(contact)
        case .known(let contact): self = claims.standing(among: KnownContacts([contact]))
        case .overLimit: self = .unknown
        }
    }
}
