import SMTP
import SamotopCore
import Synchronization

extension ContactScreening {
    /// Whether the recipient is an address for one purpose that expired, was used up or revoked: then it is refused as
    /// unknown, and a word that never was is none.
    func isOver(_ party: Party) async throws -> Bool {
        guard let passes, let word = party.pass else { return false }
        let now = clock.now()
        for owner in party.owners {
            if let pass = try await passes.pass(word, of: owner), pass.kind.isAddress { return !pass.isValid(at: now) }
        }
        return false
    }

    /// Whether one of the owners gave the word in the recipient's address, and it counts now.
    func isValidPass(_ party: Party) async throws -> Bool {
        guard let passes, let word = party.pass else { return false }
        let now = clock.now()
        for owner in party.owners {
            if let pass = try await passes.pass(word, of: owner), pass.isValid(at: now) { return true }
        }
        return false
    }

    /// What becomes of a stranger's message to an address for one purpose: its domain is let in, and no other. Nil: it is none.
    func answerOfAddress(
        _ message: IncomingMessage, _ sender: Sender, _ standings: [Owner: Standing], _ party: Party
    ) async throws -> ScreeningAnswer? {
        guard let passes, let word = party.pass else { return nil }
        let now = message.received
        for owner in standings.keys.sorted() {
            guard let known = try await passes.pass(word, of: owner), known.kind.isAddress else { continue }
            guard case .domain(let domain) = sender.identity.anchor, sender.identity.isProven else {
                return .reject(.otherDomain, "no domain is proved")
            }
            let use = PassUse()
            let pass = try await passes.change(word, of: owner) { pass in
                guard var pass else { return nil }
                let isIts = pass.use(by: domain, at: now)
                use.isValid.withLock { $0 = isIts }
                return pass
            }
            if use.isValid.withLock({ $0 }) { return .pass("the domain that this address was given to") }
            return pass?.isValid(at: now) == true
                ? .reject(.otherDomain, "the address belongs to another domain")
                : .reject(.unknownMailbox, "an address for one purpose that ended")
        }
        return nil
    }

    /// Whether the message came with a valid pass. Its sender is welcome then, bound to what is proved of it now.
    func hasUsedPass(
        _ message: IncomingMessage, _ sender: Sender, _ standings: [Owner: Standing], _ party: Party
    ) async throws -> Bool {
        guard let passes, let word = party.pass else { return false }
        let now = message.received
        for owner in standings.keys.sorted() {
            guard let known = try await passes.pass(word, of: owner), !known.kind.isAddress, known.isValid(at: now)
            else { continue }
            let use = PassUse()
            try await passes.change(word, of: owner) { pass in
                guard var pass else { return nil }
                let isValid = pass.isValid(at: now)
                use.isValid.withLock { $0 = isValid }
                guard isValid else { return pass }
                pass.uses = pass.uses.addingWithoutOverflow(1)
                pass.lastUsed = now
                return pass
            }
            guard use.isValid.withLock({ $0 }) else { continue }
            // A pass lets this message in, and weakens no binding that there is.
            if case .claimed = standings[owner] { return true }
            try await welcome(sender, of: owner, by: word, at: now)
            return true
        }
        return false
    }

    private func welcome(_ sender: Sender, of owner: Owner, by word: Pass.Word, at now: Timestamp) async throws {
        let correspondent = sender.address.correspondent
        try await contacts.change(correspondent, of: owner) { contact in
            guard contact?.state != .blocked else { return contact }
            var contact =
                contact
                ?? Contact(
                    id: .random(), owner: owner, correspondent: correspondent, state: .waiting,
                    identity: sender.identity, firstSeen: now, lastSeen: now)
            contact.decision = ContactDecision(
                previous: contact.state, state: .welcome, maker: "policy", time: now, note: "pass \(word.text)")
            contact.state = .welcome
            contact.identity = sender.identity
            contact.lastSeen = now
            return contact
        }
        contacts.note([Delivery(owner: owner, correspondent: correspondent, time: now)])
    }
}

/// What a change of a pass found; it may be made more than once.
private final class PassUse: Sendable {
    let isValid = Mutex(false)
}
