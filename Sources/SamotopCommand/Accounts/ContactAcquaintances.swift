import SMTP
import SamotopContacts
import SamotopSubmission

/// Whom an account writes to becomes a contact of its mailbox, who is welcome to answer. Who was blocked stays so.
struct ContactAcquaintances: Acquaintances {
    let desk: ContactDesk
    let book: AccountBook

    func strangers(among recipients: [Mailbox], of account: String) async throws -> Int {
        guard let owner = book.owners[account] else { return recipients.count }
        var count = 0
        for recipient in recipients {
            let contact = try await desk.contact(about: .address(recipient), of: owner)
            if contact?.state != .welcome { count += 1 }
        }
        return count
    }

    func write(to recipients: [Mailbox], from account: String) async throws {
        guard let owner = book.owners[account] else { return }
        for recipient in recipients {
            try await desk.decide(
                .welcome, about: .address(recipient), of: owner, by: "sent", note: "written to",
                from: [.waiting, .held])
        }
    }
}
