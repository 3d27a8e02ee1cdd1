#if SQLite
    import Foundation
    import NameResolution
    import SamotopContacts
    import Testing
    import TransportSecurity

    @testable import SamotopSQLite

    @Suite("F01, F03: the process is killed, or there is no space", .serialized)
    struct OutgoingCrashTests {
        @Test("F01: kill -9 at a random moment loses no record and no policy that was confirmed", arguments: 0..<10)
        func killed(_ round: Int) async throws {
            try await StateFolder.temporary { folder in
                var confirmed: Set<String> = []
                for life in 0..<2 {
                    let path = folder.path
                    // The first rounds die while the file is made.
                    let delay = UInt32.random(in: 0..<(round < 3 ? 8_000 : 150_000))
                    await #expect(processExitsWith: .signal(SIGKILL)) {
                        [path = path as String, life = life as Int, delay = delay as UInt32] in
                        await PeerWriter(path: path, life: life).write(untilKilledAfter: delay)
                    }
                    let lines = (try? String(contentsOfFile: "\(path)/confirmed", encoding: .utf8)) ?? ""
                    confirmed.formUnion(lines.split(separator: "\n").map(String.init))
                    try await folder.outgoing { stores in
                        for domain in confirmed {
                            let name = try Known.name(domain)
                            try await #expect(
                                stores.peers.record(of: name)?.isDecided == true, "\(domain), \(delay) µs")
                            try await #expect(
                                stores.policies.policy(of: name) == Known.policy(), "\(domain), \(delay) µs")
                        }
                        try await stores.check()
                    }
                }
            }
        }

        @Test(
            "F03: a full file system is told, nothing confirmed is lost, and it goes on when there is space",
            .enabled(if: SmallFileSystem.isPossible, "needs root, to mount"))
        func fullFileSystem() async throws {
            try await StateFolder.temporary { folder in
                let disk = try SmallFileSystem(at: folder.path, size: "1m")
                defer { disk.unmount() }
                try SystemFile.create("\(folder.path)/ballast", [UInt8](repeating: 0, count: 192 << 10))
                let stores = try await OutgoingStores.open(in: folder.path)
                var count = 0
                await #expect {
                    for number in 0..<10_000 {
                        try await stores.peers.put(Known.peer("d\(number).org", isDecided: true))
                        count = number + 1
                    }
                } throws: { error in
                    if case ContactStoreError.insufficientStorage = error { true } else { false }
                }
                #expect(count > 10)
                try await #expect(stores.peers.record(of: Known.name("d0.org")) != nil)
                SystemFile.remove("\(folder.path)/ballast")
                try await stores.policies.set(Known.policy(), of: Known.name("example.org"))
                try await stores.peers.put(Known.peer("again.org"))
                try await #expect(stores.peers.records(after: nil, limit: 10_000).count == count + 1)
                try await stores.close()
                try await folder.outgoing { stores in
                    for number in 0..<count {
                        try await #expect(stores.peers.record(of: Known.name("d\(number).org")) != nil)
                    }
                    try await #expect(stores.policies.policy(of: Known.name("example.org")) != nil)
                }
            }
        }
    }

    /// Writes records and policies in a process of its own, and says which are confirmed in a file, which survives the process.
    private struct PeerWriter: Sendable {
        let path: String
        let life: Int

        func write(untilKilledAfter delay: UInt32) async -> Never {
            let output = open("\(path)/confirmed", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            Thread.detachNewThread {
                usleep(delay)
                kill(getpid(), SIGKILL)
            }
            do {
                let stores = try await OutgoingStores.open(in: path)
                try await withThrowingTaskGroup { tasks in
                    for writer in 0..<8 {
                        tasks.addTask {
                            for number in 0... {
                                let domain = "d\(life)-\(writer)-\(number).org"
                                try await stores.peers.put(Known.peer(domain, isDecided: true))
                                try await stores.policies.set(Known.policy(), of: Known.name(domain))
                                _ = Array("\(domain)\n".utf8).withUnsafeBytes {
                                    Foundation.write(output, $0.baseAddress, $0.count)
                                }
                            }
                        }
                    }
                    try await tasks.waitForAll()
                }
            } catch {
                print("the writer failed: \(error)")
            }
            exit(1)
        }
    }
#endif
