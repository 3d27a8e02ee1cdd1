import Glibc
import SamotopCore
import Testing

@testable import SamotopDelivery

/// D1, D4, V1: the process or the power goes at any call.
@Suite("Crashes")
struct CrashTests {
    private static let boxes = ["example.org/ann", "example.org/bob"]
    private static let to = TestMessage.recipients("ann", "bob")

    private func whole(_ disk: MemoryDisk, _ comment: String) -> Int {
        var count = 0
        for box in Self.boxes {
            for (name, bytes) in disk.contents(of: "/mail/\(box)/new") ?? [:] {
                #expect(name == TestMessage.name(), "\(comment)")
                #expect(bytes == TestMessage.file, "a part of a message: \(comment)")
                count += 1
            }
        }
        return count
    }

    /// A delivery that stops at a call; the disk as it is then, and whether delivery had been confirmed.
    private func stopped(at call: Int, warm: Bool) async throws -> (disk: MemoryDisk, calls: Int, confirmed: Bool) {
        let disk = MemoryDisk()
        // Where the operator's folder is, is durable.
        let faulty = FaultyDisk(disk)
        let house = try House(faulty, root: "/mail", run: "aaaaaaaaaaaaaaaa")
        if warm { try await house.mailboxes.prepare() }
        faulty.arm(.crash(call))
        do {
            try await house.mailboxes.deliver(TestMessage.make(), to: Self.to)
            return (disk, faulty.count, true)
        } catch { return (disk, faulty.count, false) }
    }

    /// The next run: sweep, then deliver again from the journal.
    private func recover(_ disk: MemoryDisk, _ comment: String) async throws {
        let house = try House(disk, root: "/mail", run: "bbbbbbbbbbbbbbbb")
        try await house.mailboxes.prepare()
        try await house.mailboxes.sweep()
        for box in Self.boxes { #expect(disk.contents(of: "/mail/\(box)/tmp") == [:], "\(comment)") }
        #expect(await house.mailboxes.deliver([TestMessage.make(to: Self.to)], isReplay: true) == [nil], "\(comment)")
        #expect(whole(disk, comment) == 2, "after the replay: \(comment)")
        for box in Self.boxes { #expect(disk.contents(of: "/mail/\(box)/tmp") == [:], "\(comment)") }
    }

    @Test(
        "The process stops at any call: each mailbox has the whole message or nothing; a replay makes it one copy each",
        arguments: [true, false])
    func process(warm: Bool) async throws {
        let calls = try await stopped(at: .max, warm: warm).calls
        for call in 1...calls + 1 {
            let (disk, _, confirmed) = try await stopped(at: call, warm: warm)
            let comment = "stopped at call \(call) of \(calls)"
            let count = whole(disk, comment)
            if confirmed { #expect(count == 2, "confirmed, and not there: \(comment)") }
            try await recover(disk, comment)
        }
    }

    @Test("F02: the power goes at any call, and with it any mixture of what was not flushed", arguments: [true, false])
    func power(warm: Bool) async throws {
        var random = SplitMix(seed: 5321)
        let calls = try await stopped(at: .max, warm: warm).calls
        for call in 1...calls + 1 {
            let (disk, _, confirmed) = try await stopped(at: call, warm: warm)
            #expect(confirmed == (call > calls))
            let mixtures: [Set<Int>] =
                [[], Set(disk.directories)]
                + (0..<20).map { _ in Set(disk.directories.filter { _ in Bool.random(using: &random) }) }
            for forgets in mixtures {
                let comment = "power cut at call \(call) of \(calls), names lost in \(forgets.sorted())"
                let after = disk.powerCut { forgets.contains($0) }
                let count = whole(after, comment)
                if confirmed { #expect(count == 2, "confirmed, and lost: \(comment)") }
                try await recover(after, comment)
            }
        }
    }

    @Test("A power cut after a failure that was reported brings nothing back")
    func afterFailure() async throws {
        let calls = try await stopped(at: .max, warm: true).calls
        for call in 1...calls {
            let disk = MemoryDisk()
            let faulty = FaultyDisk(disk)
            let house = try House(faulty, root: "/mail")
            try await house.mailboxes.prepare()
            faulty.arm(.fail(call, EIO))
            do { try await house.mailboxes.deliver(TestMessage.make(), to: Self.to) } catch {
                #expect(whole(disk.powerCut { _ in true }, "") == 0, "call \(call)")
            }
        }
    }

    @Test("A directory that a former run made and had no time to flush is flushed before mail is confirmed in it")
    func unflushedWay() async throws {
        let calls = try await stopped(at: .max, warm: false).calls
        for call in 1...calls {
            let (disk, _, _) = try await stopped(at: call, warm: false)
            // The process died, the machine didn't: the next run finds directories that nobody flushed.
            let house = try House(disk, root: "/mail", run: "bbbbbbbbbbbbbbbb")
            try await house.mailboxes.deliver(TestMessage.make(), to: Self.to)
            let after = disk.powerCut { _ in true }
            #expect(whole(after, "") == 2, "died at call \(call)")
        }
    }
}

/// SplitMix64: the same numbers in each run.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
