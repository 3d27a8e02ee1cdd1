import SMTP
import SamotopCore

extension ContactScreening {
    /// What becomes of a stranger's mail for a name that nobody claimed, when its owner wants to be asked about such names: the
    /// name is listed like a new contact, under its own address. Nil: the name is welcome, or isn't asked about.
    func answerOfName(
        _ recipient: Recipient, _ envelope: Envelope, _ party: Party, _ network: String, _ session: Session
    ) async throws -> Verdict? {
        guard let mailbox = recipient.path.mailbox, isNewName(mailbox) else { return nil }
        // A pass makes no other name of it, and what only looks like one opens nothing.
        let address = PassAddress(mailbox)?.mailbox ?? mailbox
        guard isNewName(address) else { return nil }
        if try await isValidPass(party) { return nil }
        let name = SenderAddress(address, asciiDomain: asciiDomain).correspondent
        let now = clock.now()
        var open: [Owner] = []
        var isDead = false
        for owner in party.owners {
            let known = try await contacts.known(of: owner, about: [name])[name]
            switch known?.state {
            case .welcome, .held: return nil
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
        guard !open.isEmpty else {
            return isDead ? .reject(Refusal(.unknownMailbox, cause: "a name that its owner doesn't want")) : nil
        }
        for owner in open {
            let request = ContactRequest(
                recipient: recipient.text, reversePath: envelope.reversePath.text, network: network,
                hello: session.helloText,
                evidence: [ContactRequest.newName] + session.evidenceLines(for: .unknown, list: nil), time: now)
            // Bound to nothing that a client could be: mail in this name doesn't become welcome with it.
            let filing = try await contacts.file(
                request, from: name, identity: Identity(.local), of: owner, within: settings.limits)
            // The owner's word may have come this very moment.
            if case .known(let contact) = filing, contact.state == .welcome { return nil }
        }
        return .postpone(Refusal(.asked, cause: "a new name waits for its owner's word"))
    }
}

extension ContactRequest {
    /// The first line of the evidence when it is about a name of the owner's own domain, and not about a sender.
    public static let newName = "a name in your domain that had no mail before"

    /// Whether it is about a name of the owner's own domain that mail came for, and not about who writes.
    public var isNewName: Bool { evidence.first == Self.newName }
}
