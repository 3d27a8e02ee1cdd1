#if SQLite
    import Foundation
    import SamotopContacts
    import Testing

    @testable import SamotopSQLite

    @Suite("F01: the process is killed", .serialized)
    struct CrashTests {
        @Test("F01: kill -9 at a random moment loses nothing that was confirmed", arguments: 0..<12)
        func killed(_ round: Int) async throws {
            try await StateFolder.temporary { folder in
                var confirmed: Set<String> = []
                // The later lives find what the earlier ones left.
                for life in 0..<2 {
                    let path = folder.path
                    // The first rounds die while the file is made.
                    let delay = UInt32.random(in: 0..<(round < 4 ? 8_000 : 150_000))
                    await #expect(processExitsWith: .signal(SIGKILL)) {
                        [path = path as String, life = life as Int, delay = delay as UInt32] in
                        await Writer(path: path, life: life).write(untilKilledAfter: delay)
                    }
                    let lines = (try? String(contentsOfFile: "\(path)/confirmed", encoding: .utf8)) ?? ""
                    confirmed.formUnion(lines.split(separator: "\n").map(String.init))
                    try await folder.stores { stores in
                        for address in confirmed {
                            try await #expect(stores.contacts.has(address), "\(address) after \(delay) µs")
                        }
                        try await stores.check()
                        let counts = try await stores.contacts.counts(of: Sample.bob)
                        let page = ContactQuery(states: [.welcome], limit: 1_000)
                        let found = try await stores.contacts.contacts(of: Sample.bob, matching: page).count
                        #expect(min(counts[.welcome] ?? 0, 1_000) == found)
                    }
                }
            }
        }
    }

    /// Writes contacts in a process of its own, and says which are confirmed in a file, which survives the process.
    private struct Writer: Sendable {
        let path: String
        let life: Int

        func write(untilKilledAfter delay: UInt32) async -> Never {
            let output = open("\(path)/confirmed", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            Thread.detachNewThread {
                usleep(delay)
                kill(getpid(), SIGKILL)
            }
            do {
                let stores = try await SQLiteStores.open(in: path)
                try await withThrowingTaskGroup { group in
                    for writer in 0..<8 {
                        group.addTask {
                            for number in 0... {
                                let address = "a\(life)-\(writer)-\(number)@example.org"
                                try await stores.contacts.put(address)
                                _ = Array("\(address)\n".utf8).withUnsafeBytes {
                                    Foundation.write(output, $0.baseAddress, $0.count)
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            } catch {
                print("the writer failed: \(error)")
            }
            exit(1)
        }
    }
#endif
