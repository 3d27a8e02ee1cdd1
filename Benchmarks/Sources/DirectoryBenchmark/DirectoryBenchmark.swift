// A directory of many addresses: how long one is looked up in memory and in SQLite, how long the directory takes to be read and
// built, and how long whoever looks addresses up is held up while another one takes its place.
//
//   DirectoryBenchmark FOLDER [ADDRESSES]
//
// FOLDER is made, and keeps directory.sqlite; a file of an earlier run is used again.
import Foundation
import GRDB
import SMTP
import SamotopCore
import SamotopDelivery
import SamotopSQLite
import Synchronization

@main
struct DirectoryBenchmark {
    static let lookups = 1_000_000
    /// One of so many addresses is a mailbox; the others are aliases that lead to one of them.
    static let addressesOfMailbox = 100

    static func main() async throws {
        guard CommandLine.arguments.count > 1 else {
            print("usage: DirectoryBenchmark FOLDER [ADDRESSES]")
            exit(64)
        }
        let folder = CommandLine.arguments[1]
        let count = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1_000_000
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        if !SQLiteAddresses.exists(in: folder) { try await fill(folder, count) }

        let clock = ContinuousClock()
        var table = AddressTable()
        let read = try clock.measure { table = try SQLiteAddresses.read(in: folder) }
        let before = residentBytes()
        var directory = try build([])
        let built = try clock.measure { directory = try build(table.rows) }
        print("addresses: \(table.rows.count)")
        print("read from SQLite: \(milliseconds(read)) ms; built: \(milliseconds(built)) ms")
        print("memory of the directory: \((residentBytes() - before) >> 20) MB")

        for (name, prefix) in [("known", "a"), ("unknown", "u")] {
            let paths = try sample(prefix, table.rows.count)
            var found = 0
            let time = clock.measure {
                for number in 0..<lookups {
                    if case .destinations = directory.answer(for: paths[number % paths.count]) { found += 1 }
                }
            }
            print("lookup in memory, \(name): \(nanoseconds(time) / lookups) ns (\(found) found)")
        }
        try await sqlite(folder, table.rows.count)
        try await pauses(directory, table.rows)
    }

    private static func fill(_ folder: String, _ count: Int) async throws {
        let store = try await SQLiteAddresses.open(in: folder)
        let edits = try (0..<count).map { number in
            let isMailbox = number % addressesOfMailbox == 0
            let box = try address("a\(number - number % addressesOfMailbox)")
            guard let row = AddressRow(try address("a\(number)"), isMailbox ? .mailbox : .alias([box])) else {
                throw DirectoryError.unreadableAddress("a\(number)")
            }
            return AddressEdit.add(row)
        }
        let time = try await ContinuousClock().measure { try await store.edit(edits) { _ in } }
        print("written into SQLite: \(milliseconds(time)) ms")
        try await store.close()
    }

    /// As the server builds it.
    private static func build(_ rows: [AddressRow]) throws -> Directory {
        let first = try address("first")
        var mailboxes = [MailboxEntry(address: first, name: "first", folder: "first")]
        var aliases: [AliasEntry] = []
        for row in rows {
            switch row.meaning {
            case .mailbox:
                let name = row.mailboxName
                mailboxes.append(MailboxEntry(address: row.address, name: name, folder: name, isMadeWhenNeeded: true))
            case .alias(let targets): aliases.append(AliasEntry(address: row.address, targets: targets))
            case .nobody: break
            }
        }
        guard case .name(let domain) = first.domain else { throw DirectoryError.unreadableAddress("first") }
        return try Directory(domains: [domain], mailboxes: mailboxes, aliases: aliases, postmaster: "first")
    }

    /// Paths in an order that no cache foresees.
    private static func sample(_ prefix: String, _ count: Int) throws -> [ForwardPath] {
        var state: UInt64 = 88_172_645_463_325_252
        return try (0..<50_000).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return .mailbox(try address("\(prefix)\(state % UInt64(count))"))
        }
    }

    /// What a lookup would take if each were a question to SQLite: on the thread that asks, and on a thread for it, as an event loop
    /// would have to.
    private static func sqlite(_ folder: String, _ count: Int) async throws {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: folder + "/directory.sqlite", configuration: configuration)
        let names = try sample("a", count).map { path in
            if case .mailbox(let mailbox) = path {
                String(decoding: mailbox.localPart.content, as: UTF8.self)
            } else {
                ""
            }
        }
        let few = 100_000
        @Sendable func look(_ name: String, _ database: Database) throws -> Bool {
            let statement = try database.cachedStatement(
                sql: "SELECT kind, targets FROM addresses WHERE domain = 'example.org' AND local_part = ?")
            return try Row.fetchOne(statement, arguments: [name]) != nil
        }
        let here = try await queue.read { database in
            try ContinuousClock().measure {
                for number in 0..<few { _ = try look(names[number % names.count], database) }
            }
        }
        print("lookup in SQLite, on its thread: \(nanoseconds(here) / few) ns")
        let threads = StorageThreads(count: 2)
        let there = try await ContinuousClock().measure {
            for number in 0..<(few / 10) {
                let name = names[number % names.count]
                _ = try await threads.run { try queue.unsafeRead { try look(name, $0) } }
            }
        }
        print("lookup in SQLite, asked from elsewhere: \(nanoseconds(there) / (few / 10)) ns")
    }

    /// The longest that one lookup took, with nothing else going on and while directories are built and take each other's place.
    private static func pauses(_ first: Directory, _ rows: [AddressRow]) async throws {
        let paths = try sample("a", rows.count)
        let current = Mutex(first)
        let isOver = Atomic(false)
        let longest = Mutex<[Duration]>([])
        let threads = StorageThreads(count: 1, name: "lookups")
        threads.start {
            let clock = ContinuousClock()
            var worst: [Duration] = []
            while !isOver.load(ordering: .relaxed) {
                for path in paths.prefix(1_000) {
                    let time = clock.measure { _ = current.withLock { $0 }.answer(for: path) }
                    if time > .milliseconds(1) { worst.append(time) }
                }
            }
            longest.withLock { $0 = worst }
        }
        let builder = StorageThreads(count: 1, name: "builder", niceness: 5)
        var swaps: [Duration] = []
        for _ in 0..<3 {
            let new = try await builder.run { try build(rows) }
            let old = Mutex(first)
            swaps.append(
                ContinuousClock().measure {
                    let replaced = current.withLock { current in
                        defer { current = new }
                        return current
                    }
                    old.withLock { $0 = replaced }
                })
            try await Task.sleep(for: .milliseconds(200))
            // Taken apart where nobody waits.
            try await builder.run { old.withLock { $0 = new } }
        }
        isOver.store(true, ordering: .relaxed)
        try await threads.run {}
        let worst = longest.withLock { $0.sorted() }
        print("a swap: at most \(nanoseconds(swaps.max() ?? .zero)) ns")
        print("lookups over 1 ms meanwhile: \(worst.count), the longest \(milliseconds(worst.last ?? .zero)) ms")
    }

    private static func address(_ name: String) throws -> Mailbox {
        guard let mailbox = Mailbox("\(name)@example.org") else { throw DirectoryError.unreadableAddress(name) }
        return mailbox
    }

    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }

    private static func nanoseconds(_ time: Duration) -> Int {
        Int(time.components.seconds) * 1_000_000_000 + Int(time.components.attoseconds / 1_000_000_000)
    }

    private static func milliseconds(_ time: Duration) -> Int { nanoseconds(time) / 1_000_000 }
}
