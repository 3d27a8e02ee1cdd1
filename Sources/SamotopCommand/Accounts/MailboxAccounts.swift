#if Web
    import SamotopContacts
    import SamotopWeb

    /// Whoever has a mailbox may sign in at the pages: with a password when the file of accounts has one, else by a link.
    struct MailboxAccounts: WebAccounts {
        let book: AccountBook

        func account(named name: String) async throws -> WebAccount? {
            guard let owner = book.owners[name] else { return nil }
            let entry = try book.entry(name)
            return WebAccount(
                name: name, owners: [owner], isAdministrator: entry?.isAdministrator ?? false,
                password: entry?.secrets.password)
        }

        func address(of owner: Owner) async throws -> String? {
            // Names are DOMAIN/LOCAL-PART.
            guard let slash = owner.name.firstIndex(of: "/") else { return nil }
            let address = "\(owner.name[owner.name.index(after: slash)...])@\(owner.name[..<slash])".lowercased()
            return book.owners[address] == owner ? address : nil
        }
    }
#endif
