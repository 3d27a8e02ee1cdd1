import SMTP
import SamotopCore

/// Those who decide about mail for a recipient, and how: recipients of the same party share one answer.
struct Party: Sendable, Hashable {
    /// In order.
    let owners: [Owner]
    /// For the recipient's address.
    let policies: [Owner: ScreeningPolicy]
    /// The recipient's address in lower case, without a pass, when it matters which one it is.
    let address: String
    /// The pass in the recipient's address.
    let pass: Pass.Word?

    /// Nil when the recipient has no mailbox of ours.
    init?(_ recipient: Recipient, policies book: PolicyBook) async throws {
        let owners = Set(recipient.owners)
        guard !owners.isEmpty else { return nil }
        let mailbox = recipient.path.mailbox
        let passAddress = mailbox.flatMap { PassAddress($0) }
        pass = passAddress?.word
        self.owners = owners.sorted()
        let bytes = (passAddress?.mailbox ?? mailbox)?.bytes ?? Array("postmaster".utf8)
        let address = String(decoding: bytes.map(\.foldedASCII), as: UTF8.self)
        var policies: [Owner: ScreeningPolicy] = [:]
        for owner in self.owners { policies[owner] = try await book.policy(for: address, of: owner) }
        self.policies = policies
        let isBound = policies.values.contains { $0.strangers == .firstDomain }
        self.address = isBound ? address : ""
    }

    func policy(of owner: Owner) -> ScreeningPolicy { policies[owner] ?? ScreeningPolicy() }
}

extension Recipient {
    /// The names of the mailboxes of ours that a copy goes to.
    var mailboxes: [String] { destinations.compactMap(\.mailbox) }

    /// Those behind the mailboxes.
    var owners: [Owner] { mailboxes.map { Owner($0) } }
}
