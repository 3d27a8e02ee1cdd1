import Glibc
import SamotopCore
import Testing

@testable import SamotopDelivery

/// D4: moves write new, flush, then delete old, and the process or the power goes at any call.
@Suite("Crashes of moves") struct FolderCrashTests {
    private static let source = "/mail/example.org/ann/.New contacts/new"
    private static let target = "/mail/example.org/ann/new"
    private static let batch = ["A", "B"].map {
        TestMessage.make(id: $0, to: TestMessage.recipients(in: "New contacts", "ann"))
    }

    private let folder: FolderName
    init() throws { folder = try #require(FolderName("New contacts")) }

    /// A disk with two messages in the folder, all of it durable.
    private func filled() async throws -> MemoryDisk {
        let disk = MemoryDisk()
        let house = try House(disk, root: "/mail")
        try await house.mailboxes.prepare()
        #expect(await house.mailboxes.deliver(Self.batch, isReplay: false) == [nil, nil])
        return disk
    }

    @discardableResult private func moveAll(_ house: House) async throws -> Int {
        let messages = try await house.mailboxes.contents(of: folder, of: "ann")?.messages ?? []
        return try await house.mailboxes.move(messages, to: nil, of: "ann")
    }

    private func copies(_ disk: MemoryDisk, _ id: String, _ path: String) -> Int {
        (disk.contents(of: path) ?? [:]).count { $0.key.contains("R\(id).") && $0.value == TestMessage.file }
    }

    @Test("F02: after a power cut at any call each message is in one place or in both, never in none") func power()
        async throws
    {
        var random = SplitMix(seed: 41)
        let disk = try await filled()
        let clean = FaultyDisk(disk)
        try await moveAll(try House(clean, root: "/mail"))
        let calls = clean.count
        for call in 1...calls + 1 {
            for round in 0..<12 {
                let disk = try await filled()
                let faulty = FaultyDisk(disk)
                let house = try House(faulty, root: "/mail")
                faulty.arm(.crash(call))
                let isConfirmed = (try? await moveAll(house)) == 2
                if call > calls { #expect(isConfirmed) }
                let after = disk.powerCut { _ in round == 0 || (round > 1 && Bool.random(using: &random)) }
                for id in ["A", "B"] {
                    let comment: Comment = "\(id), power cut at call \(call) of \(calls)"
                    let (old, new) = (copies(after, id, Self.source), copies(after, id, Self.target))
                    #expect(old + new >= 1, comment)
                    if isConfirmed { #expect(old == 0 && new == 1, comment) }
                }
                // The next run finishes it.
                try await moveAll(try House(after, root: "/mail", run: "bbbbbbbbbbbbbbbb"))
                for id in ["A", "B"] {
                    #expect(copies(after, id, Self.source) == 0 && copies(after, id, Self.target) == 1)
                }
            }
        }
    }

    @Test("F05: each call fails once: nothing is lost, and the next call finishes it") func faults() async throws {
        let clean = FaultyDisk(try await filled())
        try await moveAll(try House(clean, root: "/mail"))
        for call in 1...clean.count {
            let disk = try await filled()
            let faulty = FaultyDisk(disk)
            let house = try House(faulty, root: "/mail")
            faulty.arm(.fail(call, EIO))
            _ = try? await moveAll(house)
            for id in ["A", "B"] {
                #expect(copies(disk, id, Self.source) + copies(disk, id, Self.target) >= 1, "call \(call)")
            }
            faulty.arm(nil)
            try await moveAll(house)
            for id in ["A", "B"] {
                #expect(copies(disk, id, Self.source) == 0 && copies(disk, id, Self.target) == 1, "call \(call)")
            }
        }
    }

    @Test("F02: what was confirmed in a folder is there after a power cut, with the way to it") func delivery()
        async throws
    {
        let clean = FaultyDisk(MemoryDisk())
        let house = try House(clean, root: "/mail")
        _ = await house.mailboxes.deliver(Self.batch, isReplay: false)
        for call in 1...clean.count + 1 {
            let disk = MemoryDisk()
            let faulty = FaultyDisk(disk)
            let house = try House(faulty, root: "/mail", run: "aaaaaaaaaaaaaaaa")
            faulty.arm(.crash(call))
            let errors = await house.mailboxes.deliver(Self.batch, isReplay: false)
            let after = disk.powerCut { _ in true }
            for (id, error) in zip(["A", "B"], errors) where error == nil {
                #expect(copies(after, id, Self.source) == 1, "confirmed, and lost: call \(call)")
            }
            let next = try House(after, root: "/mail", run: "bbbbbbbbbbbbbbbb")
            #expect(await next.mailboxes.deliver(Self.batch, isReplay: true) == [nil, nil])
            for id in ["A", "B"] { #expect(copies(after, id, Self.source) == 1, "call \(call)") }
        }
    }
}
