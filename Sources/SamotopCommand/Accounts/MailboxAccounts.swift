#if Web
    import Foundation
    import SamotopContacts
    import SamotopWeb
    import Synchronization

    /// Whoever has a mailbox may sign in: with a password when the file of accounts has one, else by a link.
    final class MailboxAccounts: WebAccounts {
        private let owners: Mutex<[String: Owner]>
        private let path: String
        private let known = Mutex<(modified: Date, file: AccountFile)?>(nil)

        init(_ configuration: Configuration) {
            owners = Mutex(configuration.owners)
            path = configuration.accountFile
        }

        /// Takes up mailboxes that a reload changed.
        func change(to configuration: Configuration) { owners.withLock { $0 = configuration.owners } }

        func account(named name: String) async throws -> WebAccount? {
            guard let owner = owners.withLock({ $0[name] }) else { return nil }
            let entry = try file()[name]
            return WebAccount(
                name: name, owners: [owner], isAdministrator: entry?.isAdministrator ?? false,
                password: entry.flatMap { PasswordHash($0.hash) })
        }

        func address(of owner: Owner) async throws -> String? {
            owners.withLock { owners in owners.filter { $0.value == owner }.keys.min() }
        }

        /// The file as it is now, read when it has changed.
        private func file() throws -> AccountFile {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard let modified = attributes?[.modificationDate] as? Date else { return AccountFile() }
            if let known = known.withLock({ $0 }), known.modified == modified { return known.file }
            let file = try AccountFile.read(path)
            known.withLock { $0 = (modified, file) }
            return file
        }
    }
#endif
