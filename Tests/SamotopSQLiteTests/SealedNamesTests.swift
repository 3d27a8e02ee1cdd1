#if SQLite
    import Foundation
    import GRDB
    import NameResolution
    import SamotopContacts
    import SamotopCore
    import SamotopTesting
    import Testing
    import TransportSecurityTesting

    @testable import SamotopSQLite
    @testable import TransportSecurity

    /// P01, P05: names sealed in the files, and all as before for whoever asks.
    @Suite struct SealedNamesTests {
        private static let key = [UInt8](repeating: 0x42, count: 32)
        private static let sealing = NameKeeping(key: key, seals: true, converts: true)

        private static var settings: SQLiteStores.Settings { settings(sealing) }

        private static func settings(_ names: NameKeeping) -> SQLiteStores.Settings {
            var settings = SQLiteStores.Settings()
            settings.names = names
            return settings
        }

        private static func outgoing(_ names: NameKeeping) -> OutgoingStores.Settings {
            var settings = OutgoingStores.Settings()
            settings.names = names
            return settings
        }

        private func stores(
            _ folder: StateFolder, _ names: NameKeeping = sealing, _ body: (SQLiteStores) async throws -> Void
        ) async throws {
            let stores = try await SQLiteStores.open(in: folder.path, settings: Self.settings(names))
            try await body(stores)
            try await stores.close()
        }

        private func sealed(_ body: (SQLiteStores) async throws -> Void) async throws {
            try await StateFolder.temporary { folder in try await stores(folder, Self.sealing, body) }
        }

        @Test("contacts", arguments: ContactStoreSuite.checks)
        func contacts(_ check: StoreCheck<any ContactStore>) async throws {
            try await sealed { try await check.run(on: $0.contacts) }
        }

        @Test("the audit", arguments: AuditStoreSuite.checks)
        func audit(_ check: StoreCheck<any AuditStore>) async throws {
            try await sealed { try await check.run(on: $0.audit) }
        }

        @Test("policies", arguments: PolicyStoreSuite.checks)
        func policies(_ check: StoreCheck<any PolicyStore>) async throws {
            try await sealed { try await check.run(on: $0.policies) }
        }

        @Test("passes", arguments: PassStoreSuite.checks)
        func passes(_ check: StoreCheck<any PassStore>) async throws {
            try await sealed { try await check.run(on: $0.passes) }
        }

        @Test("records of peers", arguments: PeerStoreSuite.checks)
        func peers(_ check: StoreCheck<any PeerStore>) async throws {
            try await StateFolder.temporary { folder in
                try await folder.outgoing(Self.outgoing(Self.sealing)) { try await check.run(on: $0.peers) }
            }
        }

        @Test("MTA-STS policies", arguments: MTASTSStoreSuite.checks)
        func policiesOfPeers(_ check: StoreCheck<any MTASTSStore>) async throws {
            try await StateFolder.temporary { folder in
                try await folder.outgoing(Self.outgoing(Self.sealing)) { try await check.run(on: $0.policies) }
            }
        }

        private func fill(_ stores: SQLiteStores) async throws {
            var contact = try Sample.contact("secret1@secret2.example", .waiting)
            contact.identity = Identity(.domain("secret3.example"))
            contact.request = ContactRequest(
                recipient: "secret4@example.net", reversePath: "secret5@example.org", displayName: "Secret6",
                subject: "secret7", network: "secret8", clientName: "secret9", hello: "secret10",
                evidence: ["secret11"],
                time: Sample.moment(0))
            contact.decision = ContactDecision(
                previous: .waiting, state: .waiting, maker: "secret12", time: Sample.moment(0), note: "secret13")
            let filled = contact
            try await stores.contacts.change(contact.correspondent, of: contact.owner) { _ in filled }
            try await stores.audit.append([
                AuditEntry(
                    time: Sample.moment(0), envelope: "e1", owner: Sample.bob, sender: "secret14@example.org",
                    stage: "sender", judge: "test", verdict: "pass", cause: "secret15")
            ])
            let word = try #require(Pass.Word("secret16"))
            try await stores.passes.change(word, of: Sample.bob) { _ in
                Pass(owner: Sample.bob, word: word, kind: .phrase, note: "secret17", created: Sample.moment(0))
            }
            let address = try #require(Pass.Word("secret20"))
            try await stores.passes.change(address, of: Sample.bob) { _ in
                Pass(
                    owner: Sample.bob, word: address, kind: .address, note: "secret21", created: Sample.moment(1),
                    domain: "secret22.example")
            }
            try await stores.policies.set(ScreeningPolicy(), for: "secret18@example.net", of: Sample.bob)
        }

        private func expectFilled(_ stores: SQLiteStores) async throws {
            var query = ContactQuery()
            query.text = "SECRET6"
            let found = try await stores.contacts.contacts(of: Sample.bob, matching: query)
            #expect(found.map(\.correspondent.text) == ["secret1@secret2.example"])
            #expect(found.first?.request?.hello == "secret10" && found.first?.decision?.note == "secret13")
            #expect(try await stores.contacts.counts(of: Sample.bob)[.waiting] == 1)
            try await #expect(stores.audit.entries(ofEnvelope: "e1").map(\.cause) == ["secret15"])
            try await #expect(stores.passes.passes(of: Sample.bob).map(\.note) == ["secret21", "secret17"])
            try await #expect(
                stores.passes.passes(of: Sample.bob).map(\.domain) == ["secret22.example", nil])
            try await #expect(stores.policies.policies(of: Sample.bob).map(\.address) == ["secret18@example.net"])
        }

        /// Names of files that hold a secret.
        private func leaks(_ folder: StateFolder) throws -> [String] {
            try folder.names.filter { name in
                let octets = try folder.bytes("\(folder.path)/\(name)").map {
                    (0x41...0x5A).contains($0) ? $0 | 0x20 : $0
                }
                return String(decoding: octets, as: UTF8.self).contains("secret")
            }
        }

        @Test("P05: no name is in any file, the log included, and a file that is opened again is as it was")
        func files() async throws {
            try await StateFolder.temporary { folder in
                try await stores(folder) { stores in
                    try await fill(stores)
                    try await stores.contacts.change(Sample.address("b@secret19.example"), of: Sample.bob) { _ in
                        try? Sample.contact("b@secret19.example")
                    }
                    try #expect(leaks(folder) == [])
                }
                try #expect(leaks(folder) == [])
                // A command goes by what it finds.
                try await stores(folder, NameKeeping(key: Self.key)) { stores in try await expectFilled(stores) }
            }
        }

        @Test("P05: what was readable is written anew, and back; then no file holds a name, copies of before included")
        func converts() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await fill($0) }
                try Data("secret".utf8).write(to: URL(fileURLWithPath: folder.files.backup(before: 2)))
                try #expect(leaks(folder).count == 2, "the search works")
                // Only the server may.
                try await stores(folder, NameKeeping(key: Self.key, seals: true)) { try await expectFilled($0) }
                try #expect(leaks(folder).count == 2)
                try await stores(folder) { try await expectFilled($0) }
                try #expect(leaks(folder) == [])
                // As if that start had ended before the copies went.
                for end in ["", ".new"] {
                    let copy = URL(fileURLWithPath: folder.files.backup(before: 2) + end)
                    try Data("secret".utf8).write(to: copy)
                }
                try await stores(folder) { try await expectFilled($0) }
                try #expect(leaks(folder) == [])
                try await stores(folder, NameKeeping(key: Self.key, converts: true)) { try await expectFilled($0) }
                try #expect(leaks(folder) == ["contacts.sqlite"])
            }
        }

        @Test("P05: who has the file open from before it was sealed writes nothing readable into it")
        func openFromBefore() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { try await fill($0) }
                let before = try await SQLiteStores.open(
                    in: folder.path, settings: Self.settings(NameKeeping(key: Self.key)))
                try await stores(folder) { stores in
                    await #expect(throws: ContactStoreError.self) {
                        try await before.contacts.change(Sample.address("b@secret19.example"), of: Sample.bob) { _ in
                            try? Sample.contact("b@secret19.example")
                        }
                    }
                    try await expectFilled(stores)
                }
                try? await before.close()
                try #expect(leaks(folder) == [])
            }
        }

        @Test("what was judged goes when it isn't kept any more, else it is taken over, also a lot of it")
        func judgements() async throws {
            for dropsAudit in [false, true] {
                try await StateFolder.temporary { folder in
                    try await folder.stores { stores in
                        let entries = (0..<1_500).map {
                            AuditEntry(
                                time: Sample.moment(0), envelope: "e\($0)", owner: Sample.bob, sender: "a@example.org",
                                stage: "sender", judge: "test", verdict: "pass", cause: "secret\($0)")
                        }
                        try await stores.audit.append(entries)
                    }
                    let names = NameKeeping(key: Self.key, seals: true, converts: true, dropsAudit: dropsAudit)
                    try await stores(folder, names) { stores in
                        let found = try await stores.audit.entries(ofEnvelope: "e1499").map(\.cause)
                        #expect(found == (dropsAudit ? [] : ["secret1499"]))
                    }
                    try #expect(leaks(folder) == [])
                }
            }
        }

        @Test("P05: files that keep names readable are named, with their copies, open or not")
        func readable() async throws {
            try await StateFolder.temporary { folder in
                #expect(ReadableFiles.paths(of: .contacts, in: folder.path) == [])
                try await folder.stores { try await fill($0) }
                let copy = folder.files.backup(before: 2)
                try Data("secret".utf8).write(to: URL(fileURLWithPath: copy))
                #expect(ReadableFiles.paths(of: .contacts, in: folder.path) == [folder.files.database, copy])
                #expect(ReadableFiles.paths(of: .outgoing, in: folder.path) == [])
                try await stores(folder) { try await expectFilled($0) }
                #expect(ReadableFiles.paths(of: .contacts, in: folder.path) == [])
            }
        }

        @Test("the same for the servers that mail goes to")
        func convertsOutgoing() async throws {
            try await StateFolder.temporary { folder in
                let name = try #require(DNSName("secret.example"))
                try await folder.outgoing { stores in
                    try await stores.peers.change(name) { _ in PeerRecord(domain: name, now: 1_700_000_000) }
                }
                try #expect(leaks(folder) == ["outgoing.sqlite"])
                try await folder.outgoing(Self.outgoing(Self.sealing)) { stores in
                    try await #expect(stores.peers.record(of: name)?.domain == name)
                    try await #expect(stores.peers.records(after: nil, limit: 9).count == 1)
                    try await stores.check()
                }
                try #expect(leaks(folder) == [])
            }
        }

        @Test("without the key, or with another, the file isn't opened, in words that say what to do")
        func otherKey() async throws {
            try await StateFolder.temporary { folder in
                try await stores(folder) { try await fill($0) }
                for key in [nil, [UInt8](repeating: 0x43, count: 32)] {
                    await #expect {
                        try await stores(folder, NameKeeping(key: key, seals: true, converts: true)) { _ in }
                    } throws: { error in
                        guard case ContactStoreError.unusable(let cause) = error else { return false }
                        return cause.contains("restore queue.key")
                    }
                }
                try await stores(folder) { try await expectFilled($0) }
            }
        }

        @Test("pages in the order of names, as when they are readable")
        func order() async throws {
            try await sealed { stores in
                for name in ["cleo", "Ann", "bob", "dora"] {
                    let contact = try Sample.contact("\(name)@example.org")
                    try await stores.contacts.change(contact.correspondent, of: contact.owner) { _ in
                        var named = contact
                        named.request = Sample.request(called: name)
                        return named
                    }
                }
                var query = ContactQuery()
                query.order = .name
                query.limit = 3
                let page = try await stores.contacts.contacts(of: Sample.bob, matching: query)
                #expect(page.map { $0.request?.displayName } == ["Ann", "bob", "cleo"])
            }
        }

        @Test("the same octets in another column, or with another key, look otherwise; what was changed isn't opened")
        func seal() throws {
            let (seal, other) = (ColumnSeal(key: Self.key), ColumnSeal(key: [UInt8](repeating: 1, count: 32)))
            let octets = Array("ann@example.org".utf8)
            let stored = try seal.sealed(octets, "domain")
            #expect(try seal.sealed(octets, "domain") == stored)
            #expect(try seal.sealed(octets, "called") != stored && other.sealed(octets, "domain") != stored)
            #expect(try seal.opened([UInt8](stored), "domain") == octets)
            for index in stored.indices {
                var bent = [UInt8](stored)
                bent[index] ^= 1
                #expect(throws: ContactStoreError.self) { _ = try seal.opened(bent, "domain") }
            }
            #expect(throws: ContactStoreError.self) { _ = try seal.opened([UInt8](stored), "called") }
            #expect(throws: ContactStoreError.self) { _ = try seal.opened("not base64", "called") }
        }
    }
#endif
