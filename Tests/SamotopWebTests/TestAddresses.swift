#if Web
    import SMTP
    import SamotopDelivery
    import Synchronization
    import Testing

    /// Ann's and Bob's mailboxes, an alias for both, and a table that can be changed.
    final class TestAddresses: Sendable {
        let store = MemoryAddressStore(maximum: 60)
        private let current: Mutex<Directory>

        init() throws { current = Mutex(try Self.directory([])) }

        var desk: AddressDesk {
            AddressDesk(
                current: { [self] in current.withLock { $0 } }, existing: { [store] in store },
                store: { [store] in store },
                check: { _ = try Self.directory($0) }, takeUp: { [self] in await takeUp() },
                wasSomebodys: { $0.mailboxName.hasSuffix("/former") })
        }

        private func takeUp() async {
            guard let table = try? await store.table(), let directory = try? Self.directory(table.rows) else { return }
            current.withLock { $0 = directory }
        }

        /// From now on Ann's mail goes on.
        func handAnns(to handover: MailboxHandover) throws {
            let directory = try Self.directory([], anns: handover)
            current.withLock { $0 = directory }
        }

        private static func directory(_ rows: [AddressRow], anns handover: MailboxHandover? = nil) throws -> Directory {
            let domain = try #require(DomainName("here.test"))
            let (ann, bob) = (try #require(Mailbox("ann@here.test")), try #require(Mailbox("bob@here.test")))
            var mailboxes = [
                MailboxEntry(address: ann, name: "ann-mailbox", folder: "ann", handover: handover),
                MailboxEntry(address: bob, name: "bob-mailbox", folder: "bob"),
            ]
            var aliases = [AliasEntry(address: try #require(Mailbox("all@here.test")), targets: [ann, bob])]
            for row in rows {
                switch row.meaning {
                case .mailbox:
                    mailboxes.append(MailboxEntry(address: row.address, name: row.mailboxName, folder: row.mailboxName))
                case .alias(let targets): aliases.append(AliasEntry(address: row.address, targets: targets))
                case .nobody: break
                }
            }
            return try Directory(
                domains: [domain], mailboxes: mailboxes, aliases: aliases,
                patterns: [PatternEntry(domain: domain, pattern: try LocalPartPattern("ann+{tag}"), targets: [ann])],
                postmaster: "bob-mailbox")
        }
    }
#endif
