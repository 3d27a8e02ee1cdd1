import SamotopContactFolders
import SamotopContacts
import SamotopDelivery
import ServiceLifecycle
import Synchronization

/// Contacts in the mailboxes themselves: held mail, and the folders in which people decide. A reload brings other mailboxes.
final class MailboxFront: HeldMail, Service {
    private let held: Mutex<MaildirHeldMail>
    private let folders = Mutex<ContactFolders?>(nil)

    init(_ mailboxes: Mailboxes) { held = Mutex(MaildirHeldMail(mailboxes)) }

    /// Takes up other mailboxes; `makeFolders` makes what looks after them, or nil.
    func change(to mailboxes: Mailboxes, _ makeFolders: (Mailboxes, MaildirHeldMail) -> ContactFolders?) {
        let new = MaildirHeldMail(mailboxes)
        let made = makeFolders(mailboxes, new)
        held.withLock { $0 = new }
        folders.withLock { $0 = made }
    }

    /// For the owners' next summary.
    func noteExpired(_ contacts: [Contact]) async { await folders.withLock { $0 }?.noteExpired(contacts) }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                await folders.withLock { $0 }?.look()
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }

    func release(_ envelopes: [String], of owner: Owner) async throws -> Int {
        try await held.withLock { $0 }.release(envelopes, of: owner)
    }

    func discard(_ envelopes: [String], of owner: Owner) async throws -> Int {
        try await held.withLock { $0 }.discard(envelopes, of: owner)
    }

    func content(of envelope: String, of owner: Owner, limit: Int) async throws -> [UInt8]? {
        try await held.withLock { $0 }.content(of: envelope, of: owner, limit: limit)
    }
}
