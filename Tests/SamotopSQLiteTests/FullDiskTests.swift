#if SQLite
    import Foundation
    import GRDB
    import SamotopContacts
    import Testing

    @testable import SamotopSQLite

    @Suite("F03: no space")
    struct FullDiskTests {
        /// Fills the store until it says that there is no space; returns how many contacts it confirmed.
        private func fill(_ stores: SQLiteStores, _ prefix: String) async throws -> Int {
            for number in 0..<100_000 {
                do {
                    try await stores.contacts.put("\(prefix)\(number)@example.org")
                } catch ContactStoreError.insufficientStorage {
                    return number
                }
            }
            throw CocoaError(.fileWriteUnknown)
        }

        @Test("F03: a file that can't grow is told, reading goes on, and so does writing when there is space again")
        func limitedPages() async throws {
            try await StateFolder.temporary { folder in
                try await folder.stores { stores in
                    try await stores.database.write { try $0.execute(sql: "PRAGMA max_page_count = 100") }
                    let count = try await fill(stores, "a")
                    #expect(count > 10)
                    for number in 0..<count { try await #expect(stores.contacts.has("a\(number)@example.org")) }
                    try await #expect(!stores.contacts.has("a\(count)@example.org"))
                    try await stores.database.write { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
                    try await stores.contacts.put("again@example.org")
                    try await #expect(stores.contacts.counts(of: Sample.bob) == [.welcome: count + 1])
                }
            }
        }

        @Test(
            "F03: a full file system is told, and nothing confirmed is lost",
            .enabled(if: SmallFileSystem.isPossible, "needs root, to mount"))
        func fullFileSystem() async throws {
            try await StateFolder.temporary { folder in
                let disk = try SmallFileSystem(at: folder.path, size: "1m")
                defer { disk.unmount() }
                // Something to remove later.
                try SystemFile.create("\(folder.path)/ballast", [UInt8](repeating: 0, count: 128 << 10))
                let stores = try await folder.open()
                let count = try await fill(stores, "a")
                #expect(count > 10)
                try await #expect(stores.contacts.has("a0@example.org"))
                SystemFile.remove("\(folder.path)/ballast")
                try await stores.contacts.put("again@example.org")
                for number in 0..<count { try await #expect(stores.contacts.has("a\(number)@example.org")) }
                try await #expect(stores.contacts.counts(of: Sample.bob) == [.welcome: count + 1])
                try await stores.close()
                try await folder.stores { try await #expect($0.contacts.has("again@example.org")) }
            }
        }

        @Test(
            "F03: no space at the first start leaves nothing that the next one stumbles over",
            .enabled(if: SmallFileSystem.isPossible, "needs root, to mount"))
        func firstStart() async throws {
            try await StateFolder.temporary { folder in
                let disk = try SmallFileSystem(at: folder.path, size: "64k")
                defer { disk.unmount() }
                await #expect {
                    try await folder.open()
                } throws: { error in
                    if case ContactStoreError.insufficientStorage = error { true } else { false }
                }
                try disk.resize("4m")
                try await folder.stores { try await $0.contacts.put("ann@example.org") }
            }
        }
    }

    /// A file system of a given size in memory, on a folder.
    struct SmallFileSystem {
        let path: String

        static let isPossible = geteuid() == 0

        init(at path: String, size: String) throws {
            self.path = path
            try Self.run("mount", "-t", "tmpfs", "-o", "size=\(size),mode=0700", "none", path)
        }

        func resize(_ size: String) throws { try Self.run("mount", "-o", "remount,size=\(size)", path) }

        func unmount() { try? Self.run("umount", path) }

        private static func run(_ arguments: String...) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = arguments
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
    }
#endif
