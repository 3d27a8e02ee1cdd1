#if SQLite
    import Foundation
    import SMTP
    import SamotopContacts
    import SamotopCore
    import SamotopQueue
    import Testing

    @testable import SamotopSQLite

    @Suite struct SuppressionStoreTests {
        private static let key = [UInt8](repeating: 7, count: 32)
        private static let ann = Submitter(.authenticated, name: "ann-the-account")
        private static let net = Submitter(.local, name: "network")

        private func entry(
            _ address: String, _ submitter: Submitter = ann, since: Int64 = 1, expires: Int64 = 100
        ) throws -> SuppressedAddress {
            SuppressedAddress(
                submitter: submitter, address: try #require(Mailbox(address)), status: EnhancedStatusCode(5, 2, 1),
                since: since, expires: expires, isByHand: true)
        }

        /// In memory and on SQLite.
        private func each(_ limits: SuppressionLimits = .init(), _ body: (any SuppressionStore) async throws -> Void)
            async throws
        {
            try await body(MemorySuppressionStore(limits: limits))
            try await StateFolder.temporary { folder in
                try await folder.outgoing { try await body(try await $0.suppression(key: Self.key, limits: limits)) }
            }
        }

        @Test(
            "What is added stands against its submitter's mail alone, until it is over or removed; all of it comes back"
        )
        func standing() async throws {
            try await each { store in
                let bob = try #require(Mailbox("Bob@Example.net"))
                let same = try #require(Mailbox("Bob@example.NET"))
                let other = try #require(Mailbox("bob@example.net"))
                let first = try entry("Bob@Example.net")
                try await store.add([first, try entry("eve@example.net", Self.net)])
                func found(_ submitter: Submitter, now: Int64) async throws -> [SuppressedAddress?] {
                    try await store.suppressed([other, same], for: submitter, now: now)
                }
                #expect(try await found(Self.ann, now: 99) == [nil, first])
                #expect(try await found(Self.ann, now: 100) == [nil, nil])
                #expect(try await found(Self.net, now: 99) == [nil, nil])
                let renewed = try entry("Bob@example.net", since: 5, expires: 200)
                try await store.add([renewed])
                #expect(try await found(Self.ann, now: 150) == [nil, renewed])
                #expect(try await store.list(for: nil, now: 50, limit: 9).map(\.submitter) == [Self.ann, Self.net])
                #expect(try await store.list(for: Self.ann, now: 50, limit: 9) == [renewed])
                #expect(try await store.list(for: nil, now: 50, limit: 1).count == 1)
                #expect(try await store.expire(before: 100) == 1)
                #expect(try await store.remove(bob, for: Self.net) == 0)
                #expect(try await store.remove(bob, for: nil) == 1)
                #expect(try await found(Self.ann, now: 50) == [nil, nil])
            }
        }

        @Test("Over a limit the oldest leave, the submitter's own first")
        func limits() async throws {
            var limits = SuppressionLimits()
            (limits.ofSubmitter, limits.total) = (2, 3)
            try await each(limits) { store in
                for (index, submitter) in [Self.ann, Self.ann, Self.ann, Self.net, Self.net].enumerated() {
                    try await store.add([try entry("m\(index)@example.net", submitter, since: Int64(index))])
                }
                let left = try await store.list(for: nil, now: 50, limit: 9).map(\.address)
                #expect(try left == [4, 3, 2].map { try #require(Mailbox("m\($0)@example.net")) })
            }
        }

        @Test("After a restart it still stands; the file tells neither account nor address, nor does another key")
        func sealed() async throws {
            try await StateFolder.temporary { folder in
                let bob = try #require(Mailbox("bob@secret.example"))
                try await folder.outgoing { stores in
                    try await stores.suppression(key: Self.key).add([try entry("bob@secret.example")])
                    try await stores.checkpoint()
                }
                for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                    let octets = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
                    for word in ["secret.example", "ann-the-account"] {
                        #expect(octets.range(of: Data(word.utf8)) == nil, "\(word) in \(name)")
                    }
                }
                try await folder.outgoing { stores in
                    let again = try await stores.suppression(key: Self.key)
                    #expect(try await again.suppressed([bob], for: Self.ann, now: 2).compactMap(\.self).count == 1)
                    let other = try await stores.suppression(key: [UInt8](repeating: 8, count: 32))
                    #expect(try await other.suppressed([bob], for: Self.ann, now: 2) == [nil])
                    #expect(try await other.list(for: nil, now: 2, limit: 9).isEmpty)
                }
            }
        }

        @Test("A damaged entry is an error for whoever asks for it, and hides no other")
        func damaged() async throws {
            try await StateFolder.temporary { folder in
                let bob = try #require(Mailbox("bob@example.net"))
                try await folder.outgoing { stores in
                    let store = try await stores.suppression(key: Self.key)
                    try await store.add([try entry("bob@example.net"), try entry("eve@example.net")])
                }
                try folder.editOutgoing("UPDATE suppressed SET record = x'00' WHERE number = 1")
                try await folder.outgoing { stores in
                    let store = try await stores.suppression(key: Self.key)
                    await #expect(throws: ContactStoreError.self) {
                        try await store.suppressed([bob], for: Self.ann, now: 2)
                    }
                    #expect(try await store.list(for: nil, now: 2, limit: 9).count == 1)
                }
            }
        }
    }
#endif
