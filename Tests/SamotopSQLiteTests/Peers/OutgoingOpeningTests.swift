#if SQLite
    import Foundation
    import GRDB
    import NameResolution
    import SamotopContacts
    import Testing
    import TransportSecurity

    @testable import SamotopSQLite

    @Suite("Opening outgoing.sqlite")
    struct OutgoingOpeningTests {
        /// A folder in which one record, one policy and one count are.
        private func filled(_ body: (StateFolder) async throws -> Void) async throws {
            try await StateFolder.temporary { folder in
                try await folder.outgoing { stores in
                    try await stores.peers.put(Known.peer("example.org", isDecided: true))
                    try await stores.policies.set(Known.policy(), of: Known.name("example.org"))
                    try await stores.reports.add(Known.session("example.org"), at: 0)
                }
                try await body(folder)
            }
        }

        private func expectAll(_ stores: OutgoingStores) async throws {
            try await #expect(
                stores.peers.record(of: Known.name("example.org")) == Known.peer("example.org", isDecided: true))
            try await #expect(stores.policies.policy(of: Known.name("example.org")) == Known.policy())
        }

        @Test("a restart keeps everything, in files that nobody else may read")
        func restart() async throws {
            try await filled { folder in
                try #expect(folder.names == ["outgoing.sqlite", "outgoing.sqlite.made"])
                try await folder.outgoing { stores in
                    try await expectAll(stores)
                    for file in try folder.names {
                        try #expect(folder.mode("\(folder.path)/\(file)") == 0o600, "\(file)")
                    }
                    try await #expect(stores.reports.take(endedAt: 86_400).count == 1)
                }
                try await folder.outgoing { try await #expect($0.reports.take(endedAt: 86_400) == []) }
            }
        }

        @Test("it stands beside the contacts, neither needs the other, and neither is taken for the other")
        func besideContacts() async throws {
            try await filled { folder in
                try await folder.stores { contacts in
                    try await contacts.contacts.put("ann@example.org")
                    try await folder.outgoing { try await expectAll($0) }
                }
                for name in ["contacts.sqlite", "instance.key"] {
                    try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
                }
                try await folder.stores { try await #expect(!$0.contacts.has("ann@example.org")) }
                try await folder.outgoing { try await expectAll($0) }
                let contacts = try folder.bytes(folder.files.database)
                try folder.write(contacts, folder.outgoingFiles.database)
                try await #expect(folder.outgoingRefusal()?.contains("another program's") == true)
            }
        }

        @Test("D1: what durability and privacy hang on is set on the writer")
        func settings() async throws {
            try await StateFolder.temporary { folder in
                try await folder.outgoing { stores in
                    let values = try await stores.database.write { database in
                        try ["journal_mode", "synchronous", "secure_delete", "trusted_schema"].map {
                            try Row.fetchOne(database, sql: "PRAGMA \($0)")?.first?.1.description
                        }
                    }
                    #expect(values == ["\"wal\"", "2", "1", "0"])
                }
            }
        }

        @Test(
            "F09: a lost file is not replaced by an empty one, in which the ratchet would begin again",
            arguments: [".made", "-wal", ".open", ".before-v1"])
        func lost(_ trace: String) async throws {
            try await StateFolder.temporary { folder in
                try SystemFile.create("\(folder.path)/outgoing.sqlite\(trace)")
                let cause = try #require(try await folder.outgoingRefusal())
                #expect(cause.contains("outgoing.sqlite is missing") && cause.contains("Restore it"))
                #expect(cause.contains("remove also \(folder.path)/outgoing.sqlite.made"))
                try #expect(folder.names == ["outgoing.sqlite\(trace)"])
            }
            try await filled { folder in
                SystemFile.remove(folder.outgoingFiles.database)
                try await #expect(folder.outgoingRefusal()?.contains("outgoing.sqlite is missing") == true)
            }
        }

        @Test("a file that was restored alone is used, and guarded again")
        func restoredAlone() async throws {
            try await filled { folder in
                SystemFile.remove(folder.outgoingFiles.witness)
                try await folder.outgoing { try await expectAll($0) }
                try #expect(folder.names == ["outgoing.sqlite", "outgoing.sqlite.made"])
            }
        }

        @Test("a first start that died is finished, or done again")
        func interrupted() async throws {
            try await filled { folder in
                // It died between the witness and the last name.
                try SystemFile.rename(folder.outgoingFiles.database, to: folder.outgoingFiles.unfinished)
                try await folder.outgoing { try await expectAll($0) }
                try #expect(folder.names == ["outgoing.sqlite", "outgoing.sqlite.made"])
            }
            try await StateFolder.temporary { folder in
                try SystemFile.create(folder.outgoingFiles.unfinished, [1, 2, 3])
                try await folder.outgoing { try await $0.peers.put(Known.peer("example.org")) }
                try #expect(folder.names == ["outgoing.sqlite", "outgoing.sqlite.made"])
            }
        }

        @Test("F09: empty, cut, garbage, or readable by others: refused, and not touched")
        func damaged() async throws {
            try await filled { folder in
                let path = folder.outgoingFiles.database
                let whole = try folder.bytes(path)
                for bytes in [
                    [], [UInt8](repeating: 0xA5, count: whole.count), Array(whole.prefix(whole.count / 2)),
                    [UInt8](repeating: 0, count: 100) + whole.dropFirst(100),
                ] {
                    try folder.write(bytes, path)
                    let cause = try #require(try await folder.outgoingRefusal(), "\(bytes.count) octets")
                    #expect(cause.contains(path) && cause.contains("restore"), "\(cause)")
                    try #expect(folder.bytes(path) == bytes, "it was touched")
                }
                try folder.write(whole, path)
                try folder.setMode(0o640, path)
                try await #expect(folder.outgoingRefusal()?.contains("chmod 600 \(path)") == true)
                try folder.setMode(0o600, path)
                try await folder.outgoing { try await expectAll($0) }
            }
        }

        @Test("F09: garbage in a page is refused or an error, never a trap")
        func garbagePages() async throws {
            try await StateFolder.temporary { folder in
                try await folder.outgoing { stores in
                    for number in 0..<40 {
                        try await stores.peers.put(Known.peer("d\(number).org"))
                        try await stores.policies.set(Known.policy(), of: Known.name("d\(number).org"))
                        try await stores.reports.add(Known.session("d\(number).org"), at: 0)
                    }
                }
                let path = folder.outgoingFiles.database
                let whole = try folder.bytes(path)
                var random = SystemRandomNumberGenerator()
                var refused = 0
                for round in 0..<(whole.count / 4_096 + 60) {
                    var bytes = whole
                    let page = round * 4_096
                    if page < whole.count {
                        for index in page..<(page + 4_096) { bytes[index] = UInt8.random(in: 0...255, using: &random) }
                    } else {
                        bytes[Int.random(in: 0..<whole.count)] ^= UInt8.random(in: 1...255)
                    }
                    try folder.write(bytes, path)
                    do {
                        let stores = try await OutgoingStores.open(in: folder.path)
                        _ = try await stores.peers.records(after: nil, limit: 100)
                        _ = try await stores.policies.domains(fetchedBefore: .max, limit: 100)
                        _ = try await stores.reports.take(endedAt: .max)
                        try await stores.check()
                        try await stores.close()
                    } catch is ContactStoreError {
                        refused += 1
                    }
                    for file in [folder.outgoingFiles.mark, folder.outgoingFiles.log] { SystemFile.remove(file) }
                }
                #expect(refused > whole.count / 4_096 / 2)
            }
        }

        @Test("F17: what a newer samotop made is refused, and a copy is made before tables change")
        func versions() async throws {
            try await filled { folder in
                var opening = StoreOpening(folder.outgoingFiles)
                opening.steps += ["ALTER TABLE peers ADD COLUMN colour TEXT"]
                let newer = try await OutgoingStores.open(opening)
                try await expectAll(newer)
                try await newer.close()
                let cause = try #require(try await folder.outgoingRefusal())
                let backup = folder.outgoingFiles.backup(before: OutgoingSchema.steps.count + 1)
                #expect(cause.contains("newer samotop") && cause.contains(backup))
                try #expect(folder.mode(backup) == 0o600)
                try SystemFile.rename(backup, to: folder.outgoingFiles.database)
                try await folder.outgoing { try await expectAll($0) }
            }
        }

        @Test("after closing, everyone gets an error")
        func closed() async throws {
            try await StateFolder.temporary { folder in
                let stores = try await OutgoingStores.open(in: folder.path)
                try await stores.close()
                await #expect(throws: ContactStoreError.self) { try await stores.peers.put(Known.peer("example.org")) }
                await #expect(throws: ContactStoreError.self) {
                    try await stores.policies.policy(of: Known.name("example.org"))
                }
                await #expect(throws: ContactStoreError.self) { try await stores.reports.take(endedAt: 0) }
            }
        }

        @Test("what was removed is in no file after a checkpoint")
        func removed() async throws {
            try await StateFolder.temporary { folder in
                try await folder.outgoing { stores in
                    func holdsSecret() throws -> Bool {
                        try folder.names.filter { !$0.hasSuffix("-shm") }.contains {
                            String(decoding: try folder.bytes("\(folder.path)/\($0)"), as: UTF8.self).contains("secret")
                        }
                    }
                    for number in 0..<50 {
                        try await stores.peers.put(Known.peer("secret\(number).org"))
                        try await stores.policies.set(Known.policy(), of: Known.name("secret\(number).org"))
                        try await stores.reports.add(Known.session("secret\(number).org"), at: 0)
                    }
                    try await stores.checkpoint()
                    try #expect(holdsSecret(), "the search works")
                    try await #expect(stores.peers.expire(before: .max) == 50)
                    try await #expect(stores.policies.expire(before: .max) == 50)
                    try await #expect(stores.reports.take(endedAt: .max).count == 50)
                    try await stores.checkpoint()
                    try #expect(!holdsSecret())
                }
            }
        }
    }
#endif
