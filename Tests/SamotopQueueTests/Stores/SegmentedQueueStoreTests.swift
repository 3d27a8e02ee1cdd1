import Glibc
import SMTP
import SamotopCore
import Testing

@testable import SamotopQueue

@Suite struct SegmentedQueueStoreTests {
    private func status(_ state: RecipientStatus.State, attempts: UInt16 = 3) -> MessageStatus {
        var recipient = RecipientStatus(since: Sample.start.milliseconds)
        recipient.state = state
        recipient.attempts = attempts
        recipient.due = Sample.start.milliseconds + 5_000
        var detail = RecipientDetail()
        detail.failure = Sample.greylisted
        recipient.detail = detail.octets
        return MessageStatus([recipient])
    }

    @Test("Messages come back with facts, status and content, after an end and after a kill", arguments: [true, false])
    func messagesComeBack(isEnded: Bool) async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        #expect(try await store.load().messages.isEmpty)
        let messages = (0..<20).map { Sample.message("m\($0)", to: ["bob@a.test", "eve@B.test"]) }
        #expect(try await store.add(messages) == Array(repeating: true, count: 20))
        try await store.record([
            .status(id: "m3", status(.waiting)), .finished(id: "m4"), .status(id: "m5", status(.held)),
        ])
        if isEnded { await store.close() }
        let again = try await StoreHouse.open(disk.afterKill())
        let contents = try await again.load()
        #expect(contents.damage == [])
        #expect(contents.ids == Set((0..<20).map { "m\($0)" }).subtracting(["m4"]))
        #expect(contents.messages.map(\.facts.id) == (0..<20).filter { $0 != 4 }.map { "m\($0)" })
        #expect(contents.byID["m3"]?.status == status(.waiting))
        #expect(contents.byID["m5"]?.status.recipients.first?.state == .held)
        #expect(contents.byID["m6"]?.facts == (try MessageFacts(messages[6])))
        for id in contents.ids {
            let content = try await again.content(of: id)
            #expect(try content.octets() == Sample.content(id, 100))
            #expect(content.count == Sample.content(id, 100).count)
        }
        await #expect(throws: QueueStoreError.unknownMessage) { try await again.content(of: "m4") }
    }

    @Test("A large content has a file of its own, in pieces, that goes with its message")
    func largeContent() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        _ = try await store.add([Sample.message("big", size: 200_000), Sample.message("small")])
        #expect(disk.paths.filter { $0.hasPrefix("/queue/large/") }.count == 1)
        let again = try await StoreHouse.open(disk.afterKill())
        let content = try await again.content(of: "big")
        var largest = 0
        try content.read { largest = max(largest, $0.count) }
        #expect(largest <= 64 << 10)
        #expect(try content.octets() == Sample.content("big", 200_000))
        try await store.record([.finished(id: "big")])
        #expect(disk.paths.filter { $0.hasPrefix("/queue/large/") } == [])
    }

    @Test("Large contents that no message needs are swept away at the start, the others stay")
    func orphans() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        _ = try await store.add([Sample.message("big", size: 10_000)])
        let file = try disk.create("/queue/large/orphan")
        disk.close(file)
        let found = disk.afterKill()
        let again = try await StoreHouse.open(found)
        #expect(found.paths.filter { $0.hasPrefix("/queue/large/") }.count == 1)
        #expect(try await again.content(of: "big").octets() == Sample.content("big", 10_000))
    }

    @Test(
        "The same id again is one message: twice at once, later, finished, after a kill and after an end",
        arguments: [true, false])
    func idempotent(isEnded: Bool) async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        #expect(
            try await store.add([Sample.message("a"), Sample.message("a"), Sample.message("b")]) == [true, false, true])
        #expect(try await store.add([Sample.message("a", size: 10_000)]) == [false])
        #expect(disk.paths.filter { $0.hasPrefix("/queue/large/") } == [])
        try await store.record([.finished(id: "a")])
        #expect(try await store.add([Sample.message("a")]) == [false])
        if isEnded { await store.close() }
        let again = try await StoreHouse.open(disk.afterKill())
        #expect(try await again.load().ids == ["b"])
        #expect(
            try await again.add([Sample.message("a"), Sample.message("b"), Sample.message("c")]) == [
                false, false, true,
            ])
    }

    @Test("Only so many finished messages are remembered")
    func bounded() async throws {
        var settings = StoreHouse.small
        settings.rememberedMessages = 3
        let store = try await StoreHouse.open(MemoryDisk(), settings: settings)
        for number in 0..<5 {
            _ = try await store.add([Sample.message("m\(number)")])
            try await store.record([.finished(id: "m\(number)")])
        }
        #expect(
            try await store.add([Sample.message("m0"), Sample.message("m1"), Sample.message("m2")]) == [
                true, true, false,
            ])
        #expect(try await store.content(of: "m0").count > 0)
    }

    @Test("What can't be queued is refused before anything is written")
    func unacceptable() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        let many = (0...NewMessage.maximumRecipients).map { "r\($0)@a.test" }
        for message in [
            Sample.message(""), Sample.message(String(repeating: "x", count: 129)), Sample.message("none", to: []),
            Sample.message("many", to: many),
            Sample.message("name", submitter: Submitter(.local, name: String(repeating: "x", count: 513))),
        ] {
            await #expect(throws: QueueStoreError.self) {
                try await store.add([Sample.message("big", size: 9_000), message])
            }
        }
        #expect(disk.paths.filter { $0.hasPrefix("/queue/large/") } == [])
        #expect(try await store.add([Sample.message("m", to: Array(many.dropLast()))]) == [true])
    }

    @Test("A notification is queued by the change that takes the debt away, once")
    func noticeWithStatus() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        _ = try await store.add([Sample.message("m"), Sample.message("n")])
        try await store.record([.status(id: "m", status(.failed), notice: Sample.message("dsn1", from: nil))])
        try await store.record([.finished(id: "m", notice: Sample.message("dsn1", from: nil, size: 7))])
        try await store.record([.finished(id: "n", notice: Sample.message("dsn2", from: nil, size: 9_000))])
        let again = try await StoreHouse.open(disk.afterKill())
        #expect(try await again.load().ids == ["dsn1", "dsn2"])
        #expect(try await again.content(of: "dsn1").octets() == Sample.content("dsn1", 100))
        #expect(try await again.content(of: "dsn2").octets() == Sample.content("dsn2", 9_000))
    }

    // MARK: Who may open it

    @Test("One process at a time")
    func locked() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        await #expect(throws: QueueStoreError.locked) { try await StoreHouse.open(disk) }
        await store.close()
        let again = try await StoreHouse.open(disk)
        await #expect(throws: QueueStoreError.self) { try await store.add([Sample.message("m")]) }
        await again.close()
        #expect(disk.openFiles == 0)
    }

    @Test("A wrong key, a missing one and one of another length are told at once, and nothing is changed")
    func wrongKey() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        _ = try await store.add([Sample.message("m", size: 5_000)])
        await store.close()
        let before = disk.paths.map { disk.contents($0) }
        for key in [[UInt8](repeating: 1, count: 32), nil, [], [UInt8](repeating: 0x5A, count: 31)] as [[UInt8]?] {
            await #expect(throws: QueueStoreError.wrongKey) { try await StoreHouse.open(disk, key: key) }
        }
        #expect(disk.paths.map { disk.contents($0) } == before)
        let again = try await StoreHouse.open(disk)
        #expect(try await again.content(of: "m").octets() == Sample.content("m", 5_000))
    }

    @Test("What was queued without a key stays readable when there is one")
    func laterKey() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk, key: nil)
        _ = try await store.add([Sample.message("m")])
        await store.close()
        let again = try await StoreHouse.open(disk)
        _ = try await again.add([Sample.message("n")])
        #expect(try await again.content(of: "m").octets() == Sample.content("m", 100))
        await again.close()
        await #expect(throws: QueueStoreError.wrongKey) { try await StoreHouse.open(disk, key: nil) }
    }

    @Test("D9: with a key no word of any message is on the disk, at no time")
    func sealed() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        let submitter = Submitter(.authenticated, name: "SUBMITTER")
        _ = try await store.add([
            Sample.message(
                "IDENTIFIER", to: ["RECIPIENT@destination.test"], from: "SENDER@our.test", submitter: submitter),
            Sample.message("LARGE", size: 9_000),
        ])
        try await store.record([.status(id: "IDENTIFIER", status(.waiting))])
        func find(_ words: [String]) -> [String] {
            disk.paths.flatMap { path in
                let octets = disk.contents(path)
                return words.filter { octets.contains(Array($0.utf8)) || path.contains($0) }
            }
        }
        let words = [
            "IDENTIFIER", "RECIPIENT", "destination.test", "SENDER", "SUBMITTER", "CONTENT OF", "Subject", "mx.a.test",
            "postponed",
        ]
        #expect(find(words) == [])
        await store.close()
        #expect(find(words) == [])
        #expect(disk.contents(disk.segment).contains(Array("SAMOTOPQ".utf8)))
    }

    @Test("Two stores of the same content and key have no octets in common")
    func drawnAnew() async throws {
        var seen: [[UInt8]] = []
        for _ in 0..<2 {
            let disk = MemoryDisk()
            let store = try await StoreHouse.open(disk)
            _ = try await store.add([Sample.message("m")])
            seen.append(Array(disk.contents(disk.segment)[SegmentHeader.length..<(SegmentHeader.length + 200)]))
        }
        let same = zip(seen[0], seen[1]).dropFirst(8).filter { $0 == $1 }.count
        #expect(same < 20)
    }

    // MARK: One flush for all

    @Test("Many that wait are served by one flush")
    func groupCommit() async throws {
        let disk = MemoryDisk()
        var settings = StoreHouse.small
        settings.segmentSize = 256 << 10
        let store = try await StoreHouse.open(disk, settings: settings)
        _ = try await store.add([Sample.message("first")])
        let gate = Gate()
        let entered = Gate()
        disk.beforeSync {
            entered.open()
            gate.wait()
        }
        disk.arm(nil)
        var adding = [Task { try await store.add([Sample.message("held", size: 10)]) }]
        // The first flush is held until all others stand in line behind it.
        while !entered.hasOpened { await Task.yield() }
        adding += (0..<50).map { number in Task { try await store.add([Sample.message("m\(number)", size: 10)]) } }
        while store.waitingItems < 50 { await Task.yield() }
        disk.beforeSync(nil)
        gate.open()
        for task in adding { #expect(try await task.value == [true]) }
        #expect(disk.calls.filter { $0 == "fdatasync" }.count <= 3)
    }

    @Test("Short writes, short reads and interruptions go on where they stopped")
    func shortCalls() async throws {
        let disk = MemoryDisk()
        var settings = StoreHouse.small
        settings.segmentSize = 12 << 10
        settings.largeContent = 1_000
        disk.arm(.short)
        let store = try await StoreHouse.open(disk, settings: settings)
        _ = try await store.add([Sample.message("m"), Sample.message("big", size: 1_500)])
        let found = disk.afterKill()
        found.arm(.short)
        let again = try await StoreHouse.open(found, settings: settings)
        #expect(try await again.load().ids == ["m", "big"])
        #expect(try await again.content(of: "m").octets() == Sample.content("m", 100))
        #expect(try await again.content(of: "big").octets() == Sample.content("big", 1_500))
    }
}

extension [UInt8] {
    func contains(_ part: [UInt8]) -> Bool {
        guard let first = part.first, count >= part.count else { return false }
        var index = startIndex
        while let found = self[index...].firstIndex(of: first), found + part.count <= count {
            if self[found...].starts(with: part) { return true }
            index = found + 1
        }
        return false
    }
}
