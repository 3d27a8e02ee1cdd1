#if Web
    import SMTP
    import SamotopDelivery
    import Synchronization

    /// Mia's addresses: some as a configuration would list them, some that can be changed.
    final class SampleAddresses: Sendable {
        private let store: MemoryAddressStore
        private let current: Mutex<Directory>

        init() throws {
            let rows = try [
                ("studio@mia.example", ["mia@mia.example", "jonas@mia.example"]), ("jonas@mia.example", []),
            ]
            .map { text, to in
                try Self.row(text, to.isEmpty ? .mailbox : .alias(to.map(Self.address)))
            }
            store = MemoryAddressStore(rows)
            current = Mutex(try Self.directory(rows))
        }

        var desk: AddressDesk {
            AddressDesk(
                current: { [self] in current.withLock { $0 } }, existing: { [store] in store },
                store: { [store] in store },
                check: { _ = try Self.directory($0) }, takeUp: { [self] in await takeUp() })
        }

        private func takeUp() async {
            guard let table = try? await store.table(), let directory = try? Self.directory(table.rows) else { return }
            current.withLock { $0 = directory }
        }

        private static func directory(_ rows: [AddressRow]) throws -> Directory {
            let domains = try ["mia.example", "workshop.example"].map { name in
                guard let domain = DomainName(name) else { throw DirectoryError.unreadableAddress(name) }
                return domain
            }
            let mia = try address("mia@mia.example")
            var mailboxes = [MailboxEntry(address: mia, name: "mia", folder: "mia")]
            var aliases = [AliasEntry(address: try address("hello@mia.example"), targets: [mia])]
            var nobody: [LocalPart] = []
            for row in rows {
                switch row.meaning {
                case .mailbox:
                    mailboxes.append(MailboxEntry(address: row.address, name: row.mailboxName, folder: row.mailboxName))
                case .alias(let targets): aliases.append(AliasEntry(address: row.address, targets: targets))
                case .nobody: nobody.append(row.address.localPart)
                }
            }
            return try Directory(
                domains: domains, mailboxes: mailboxes, aliases: aliases,
                patterns: [
                    PatternEntry(
                        domain: domains[0], pattern: try LocalPartPattern("shop-{name}"), targets: [mia],
                        folderField: "name")
                ],
                catchAlls: [
                    CatchAllEntry(domain: domains[0], targets: [], exceptions: nobody),
                    CatchAllEntry(domain: domains[1], targets: [mia]),
                ], postmaster: "mia")
        }

        private static func address(_ text: String) throws -> Mailbox {
            guard let address = Mailbox(text) else { throw DirectoryError.unreadableAddress(text) }
            return address
        }

        private static func row(_ text: String, _ meaning: AddressRow.Meaning) throws -> AddressRow {
            guard let row = AddressRow(try address(text), meaning) else { throw DirectoryError.unreadableAddress(text) }
            return row
        }
    }
#endif
