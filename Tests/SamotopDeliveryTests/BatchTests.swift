import Glibc
import SamotopCore
import SamotopTesting
import Testing

@testable import SamotopDelivery

/// What a journal hands on: many messages, each for itself all or nothing, with few flushes.
@Suite("Batches")
struct BatchTests {
    private static let boxes = ["ann": "/mail/example.org/ann", "bob": "/mail/example.org/bob", "cat": "/mail/cat"]

    private static let batch: [ReceivedMessage] = [
        TestMessage.make(id: "M0", to: TestMessage.recipients("ann")),
        TestMessage.make(id: "M1", to: TestMessage.recipients("ann", "bob")),
        TestMessage.make(id: "M2", to: TestMessage.recipients("cat")),
        TestMessage.make(id: "M3", to: TestMessage.recipients("cat", "ann", "bob")),
    ]

    /// Enough of them for one flush of the file system.
    private static let many = batch + (4..<12).map { TestMessage.make(id: "M\($0)", to: TestMessage.recipients("bob")) }

    private func check(_ disk: MemoryDisk, _ errors: [DeliveryError?], _ comment: String) {
        for (message, error) in zip(Self.many, errors) {
            let names = message.envelope.recipients.flatMap(\.destinations).map(\.mailbox)
            for (box, path) in Self.boxes {
                let copies = (disk.contents(of: path + "/new") ?? [:]).filter {
                    $0.key.contains("R\(message.envelope.id).")
                }
                #expect(
                    copies.count == (error == nil && names.contains(box) ? 1 : 0),
                    "\(message.envelope.id) in \(box): \(comment)")
                #expect(copies.values.allSatisfy { $0 == TestMessage.file }, "\(comment)")
                #expect(disk.contents(of: path + "/tmp") ?? [:] == [:], "\(comment)")
            }
        }
    }

    @Test("One flush of each folder serves the batch")
    func flushes() async throws {
        let disk = MemoryDisk()
        let faulty = FaultyDisk(disk)
        let house = try House(faulty, root: "/mail")
        try await house.mailboxes.prepare()
        faulty.arm(nil)
        let errors = await house.mailboxes.deliver(Self.batch, isReplay: false)
        check(disk, errors, "")
        #expect(errors == [nil, nil, nil, nil])
        // Seven copies, three folders.
        #expect(faulty.calls("fsync") == 7 + 3)
    }

    @Test("Each call fails once: no message is in a part of its mailboxes, and a replay makes all whole")
    func faults() async throws {
        let clean = FaultyDisk(MemoryDisk())
        let house = try House(clean, root: "/mail")
        try await house.mailboxes.prepare()
        clean.arm(nil)
        _ = await house.mailboxes.deliver(Self.batch, isReplay: false)
        for call in 1...clean.count {
            for code in [EIO, ENOSPC] {
                let disk = MemoryDisk()
                let faulty = FaultyDisk(disk)
                let house = try House(faulty, root: "/mail")
                try await house.mailboxes.prepare()
                faulty.arm(.fail(call, code))
                let errors = await house.mailboxes.deliver(Self.batch, isReplay: false)
                let comment = "call \(call), errno \(code)"
                check(disk, errors, comment)
                // One fault touches one message, or all that a folder's flush was to serve.
                let name = faulty.calls.first(where: \.failed)?.name
                if name != "fsync" { #expect(errors.count { $0 != nil } <= 1, "\(comment)") }
                faulty.arm(nil)
                let again = await house.mailboxes.deliver(Self.batch, isReplay: true)
                #expect(again == [nil, nil, nil, nil], "\(comment)")
                check(disk, again, "again after \(comment)")
            }
        }
    }

    @Test("A message that can't be delivered doesn't hold the others up; results keep their places in a large batch")
    func mixture() async throws {
        let disk = MemoryDisk()
        let house = try House(disk, root: "/mail")
        let unfit = TestMessage.recipients("ann") + TestMessage.recipients(in: "../x", "bob")
        let batch = (0..<200).map { index in
            TestMessage.make(id: "N\(index)", to: index % 10 == 3 ? unfit : TestMessage.recipients("ann"))
        }
        let errors = await house.mailboxes.deliver(batch, isReplay: false)
        for (index, error) in errors.enumerated() {
            #expect((error == nil) == (index % 10 != 3), "\(index)")
        }
        #expect(disk.contents(of: "/mail/example.org/ann/new")?.count == 180)
        #expect(await house.mailboxes.deliver([], isReplay: false).isEmpty)
        #expect(await house.mailboxes.deliver(batch, isReplay: true) == errors)
        #expect(disk.contents(of: "/mail/example.org/ann/new")?.count == 180)
    }

    @Test("What was accepted for a mailbox that is gone is the postmaster's, once, and the others get theirs")
    func orphans() async throws {
        let disk = MemoryDisk()
        let house = try House(disk, root: "/mail")
        let batch = [
            TestMessage.make(id: "M0", to: TestMessage.recipients("bob", "eve")),
            TestMessage.make(id: "M1", to: TestMessage.recipients("ann", "eve", "gone")),
        ]
        #expect(await house.mailboxes.deliver(batch, isReplay: false) == [nil, nil])
        #expect(await house.mailboxes.deliver(batch, isReplay: true) == [nil, nil])
        #expect(disk.contents(of: "/mail/example.org/ann/new")?.count == 2)
        #expect(disk.contents(of: "/mail/example.org/bob/new")?.count == 1)
    }

    @Test("One flush of the file system serves a large batch") func together() async throws {
        let disk = MemoryDisk()
        let faulty = FaultyDisk(disk)
        let house = try House(faulty, root: "/mail")
        try await house.mailboxes.prepare()
        faulty.arm(nil)
        let errors = await house.mailboxes.deliver(Self.many, isReplay: false)
        #expect(errors == Self.many.map { _ in nil })
        check(disk, errors, "")
        #expect(faulty.calls("syncfs") == 1)
        #expect(faulty.calls("fsync") == 3)
    }

    @Test("F05: each call fails once in a large batch: nothing is in a part of its mailboxes; a replay makes all whole")
    func faultsTogether() async throws {
        let clean = FaultyDisk(MemoryDisk())
        let house = try House(clean, root: "/mail")
        try await house.mailboxes.prepare()
        clean.arm(nil)
        _ = await house.mailboxes.deliver(Self.many, isReplay: false)
        for call in 1...clean.count {
            let disk = MemoryDisk()
            let faulty = FaultyDisk(disk)
            let house = try House(faulty, root: "/mail")
            try await house.mailboxes.prepare()
            faulty.arm(.fail(call, EIO))
            let errors = await house.mailboxes.deliver(Self.many, isReplay: false)
            let comment = "call \(call)"
            check(disk, errors, comment)
            // A failed flush of the file system is nobody's: files are flushed one by one then.
            if faulty.calls.first(where: \.failed)?.name == "syncfs" { #expect(errors.allSatisfy { $0 == nil }) }
            faulty.arm(nil)
            let again = await house.mailboxes.deliver(Self.many, isReplay: true)
            #expect(again.allSatisfy { $0 == nil }, "\(comment)")
            check(disk, again, "again after \(comment)")
        }
    }

    @Test("F02: the power goes at any call of a large batch: what was confirmed is there, and a replay makes all whole")
    func powerTogether() async throws {
        var random = SplitMix(seed: 7)
        var call = 0
        while true {
            call += 1
            let disk = MemoryDisk()
            let faulty = FaultyDisk(disk)
            let house = try House(faulty, root: "/mail", run: "aaaaaaaaaaaaaaaa")
            try await house.mailboxes.prepare()
            faulty.arm(.crash(call))
            let errors = await house.mailboxes.deliver(Self.many, isReplay: false)
            let after = disk.powerCut { _ in Bool.random(using: &random) }
            for (message, error) in zip(Self.many, errors) where error == nil {
                for path in Self.boxes.values {
                    let name = "R\(message.envelope.id)."
                    let copies = (after.contents(of: path + "/new") ?? [:]).filter { $0.key.contains(name) }
                    let before = (disk.contents(of: path + "/new") ?? [:]).filter { $0.key.contains(name) }
                    #expect(copies == before, "confirmed, and lost: call \(call)")
                }
            }
            let next = try House(after, root: "/mail", run: "bbbbbbbbbbbbbbbb")
            try await next.mailboxes.prepare()
            try await next.mailboxes.sweep()
            let again = await next.mailboxes.deliver(Self.many, isReplay: true)
            #expect(again.allSatisfy { $0 == nil })
            check(after, again, "after a power cut at call \(call)")
            if faulty.count < call { break }
        }
    }

    @Test("When a flush of the file system takes long, files are flushed one by one for a while")
    func slow() async throws {
        let disk = MemoryDisk()
        let clock = ManualClock()
        let faulty = FaultyDisk(disk) { clock.advance(by: 10) }
        let house = try House(faulty, root: "/mail", clock: clock)
        try await house.mailboxes.prepare()
        func flushes(_ round: Int) async -> Int {
            faulty.arm(nil)
            let batch = (0..<8).map { TestMessage.make(id: "S\(round)x\($0)", to: TestMessage.recipients("ann")) }
            #expect(await house.mailboxes.deliver(batch, isReplay: false).allSatisfy { $0 == nil })
            return faulty.calls("syncfs")
        }
        #expect(await flushes(1) == 1)
        #expect(await flushes(2) == 0)
        clock.advance(by: WholeFlush.pause - 1)
        #expect(await flushes(3) == 0)
        clock.advance(by: 1)
        #expect(await flushes(4) == 1)
        #expect(disk.contents(of: "/mail/example.org/ann/new")?.count == 32)
    }
}
