#if SQLite
    import Foundation
    import SamotopContacts
    import SamotopCore
    import Testing

    @testable import SamotopSQLite

    @Suite("What is on the disk")
    struct PrivacyTests {
        private func files(_ folder: StateFolder) throws -> [String: String] {
            try folder.names.reduce(into: [:]) { files, name in
                files[name] = String(decoding: try folder.bytes("\(folder.path)/\(name)"), as: UTF8.self)
            }
        }

        @Test("what was removed is in no file after a checkpoint")
        func removed() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { stores in
                    for number in 0..<200 { try await stores.contacts.put("secret\(number)@example.org", .waiting) }
                    let moment = Sample.moment(10)
                    let expired = try await stores.contacts.expire(waitingSince: moment, limit: 1_000)
                    #expect(expired.count == 200)
                    try #expect(files(folder)["contacts.sqlite-wal"]?.contains("secret1") == true, "the search works")
                    try await stores.checkpoint()
                    for (name, content) in try files(folder) where !name.hasSuffix("-shm") {
                        #expect(!content.contains("secret"), "\(name)")
                    }
                }
            }
        }

        @Test("without readable senders the audit holds none, and is asked all the same")
        func sealedSenders() async throws {
            try await StateFolder.temporary { folder in
                var settings = SQLiteStores.Settings()
                settings.keepsReadableSenders = false
                let stores = try await SQLiteStores.open(in: folder.path, settings: settings)
                let entry = AuditEntry(
                    time: Sample.moment(0), envelope: "e1", owner: Sample.bob, sender: "secret@hidden.example",
                    stage: "sender", judge: "test", verdict: "pass", cause: "visible")
                try await stores.audit.append([entry])
                for correspondent in ["secret@hidden.example", "hidden.example", "example"] {
                    let found = try await stores.audit.entries(from: correspondent, to: Sample.bob, limit: 9)
                    #expect(found.map(\.cause) == ["visible"])
                    #expect(found.map(\.sender) == [""])
                }
                try await #expect(stores.audit.entries(from: "other@hidden.example", to: nil, limit: 9) == [])
                try await stores.checkpoint()
                let content = try files(folder)
                #expect(content["contacts.sqlite"]?.contains("visible") == true, "the search works")
                for (name, content) in content {
                    #expect(!content.contains("secret") && !content.contains("hidden"), "\(name)")
                }
                try await stores.close()
            }
        }

        @Test("errors name no address")
        func errors() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { stores in
                    let contact = try Sample.contact("secret@example.org")
                    try await stores.contacts.change(contact.correspondent, of: contact.owner) { _ in contact }
                    let twin = Contact(
                        id: contact.id, owner: Sample.bob, correspondent: try Sample.address("hidden@example.org"),
                        state: .waiting, identity: contact.identity, firstSeen: contact.firstSeen,
                        lastSeen: contact.lastSeen)
                    await #expect {
                        try await stores.contacts.change(twin.correspondent, of: twin.owner) { _ in twin }
                    } throws: { error in
                        !"\(error)".contains("example.org") && "\(error)".contains("UNIQUE")
                    }
                }
            }
        }
    }
#endif
