import Glibc
import SamotopCore
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

    private func check(_ disk: MemoryDisk, _ errors: [DeliveryError?], _ comment: String) {
        for (message, error) in zip(Self.batch, errors) {
            let names = message.envelope.recipients.flatMap(\.destinations).map { destination in
                switch destination {
                case .mailbox(let name): name
                }
            }
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
        let batch = (0..<200).map { index in
            TestMessage.make(
                id: "N\(index)",
                to: index % 10 == 3 ? TestMessage.recipients("ann", "eve") : TestMessage.recipients("ann"))
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
}
