import Crypto
import SamotopCore
import Testing

@testable import SamotopQueue

/// P01: of a finished message nothing can be read from the device, with or without the key.
@Suite struct StoreForgettingTests {
    private static var settings: SegmentedQueueStoreSettings {
        var settings = StoreHouse.small
        // Tests say themselves when.
        settings.forgetting = 1_000_000
        return settings
    }

    /// What opens with the key in all files, as whoever takes the disk would read it.
    private func readable(_ disk: MemoryDisk) -> [String] {
        var found: [String] = []
        for path in disk.paths {
            let bytes = disk.contents(path)
            guard
                case .header(let header) = SegmentHeader.find(
                    in: Array(bytes.prefix(SegmentHeader.length)), key: SymmetricKey(data: StoreHouse.key))
            else { continue }
            for index in SegmentHeader.length..<bytes.count where bytes[index] == UInt8(truncatingIfNeeded: Frame.mark)
            {
                guard let (octets, _) = Frame.open(bytes[index...], at: index, .entries, key: header.key) else {
                    continue
                }
                found.append(String(decoding: octets, as: UTF8.self))
            }
        }
        return found
    }

    private func holds(_ id: String, _ disk: MemoryDisk) -> Bool {
        readable(disk).contains { $0.contains("CONTENT OF \(id)\r\n") }
    }

    @Test("what is finished is gone; what waits is whole, also after a kill", arguments: [0, 3])
    func forgets(waiting: Int) async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk, settings: Self.settings)
        let ids = (0..<8).map { "m\($0)" }
        _ = try await store.add(ids.map { Sample.message($0) })
        let done = ids.dropFirst(waiting)
        try await store.record(done.map { .finished(id: $0) })
        #expect(done.allSatisfy { holds($0, disk) }, "the search works")
        #expect(await store.forget())
        #expect(done.allSatisfy { !holds($0, disk) })
        #expect(ids.prefix(waiting).allSatisfy { holds($0, disk) })
        let again = try await StoreHouse.open(disk.afterKill(), settings: Self.settings)
        #expect(try await again.load().ids == Set(ids.prefix(waiting)))
        for id in ids.prefix(waiting) { #expect(try await again.content(of: id).octets() == Sample.content(id, 100)) }
        // Known all the same: sent again after a lost 250 it isn't queued again.
        #expect(try await again.add([Sample.message("m7")]) == [false])
    }

    @Test("an earlier status of a message that still waits is gone, too, and its last one stays")
    func statuses() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk, settings: Self.settings)
        _ = try await store.add([Sample.message("m")])
        for attempts in 1...3 {
            var recipient = RecipientStatus(since: Sample.start.milliseconds)
            recipient.attempts = UInt16(attempts)
            try await store.record([.status(id: "m", MessageStatus([recipient]))])
        }
        #expect(readable(disk).count == 4)
        #expect(await store.forget())
        #expect(readable(disk).count == 1)
        let again = try await StoreHouse.open(disk.afterKill(), settings: Self.settings)
        #expect(try await again.load().byID["m"]?.status.recipients.first?.attempts == 3)
    }

    @Test("a large content's file begins with zeros before its name goes")
    func large() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk, settings: Self.settings)
        _ = try await store.add([Sample.message("big", size: 200_000)])
        let path = try #require(disk.paths.first { $0.hasPrefix("/queue/large/") })
        let file = try disk.open(path, toWrite: false)
        #expect(try disk.readAll(40, from: file, at: 0).starts(with: Array("SAMOTOPL".utf8)))
        try await store.record([.finished(id: "big")])
        #expect(!disk.paths.contains(path))
        #expect(try disk.readAll(40, from: file, at: 0).allSatisfy { $0 == 0 })
    }

    @Test("more waits than may be written again: that is said, and goes on later")
    func tooMuch() async throws {
        let disk = MemoryDisk()
        var settings = Self.settings
        settings.movedToForget = 100
        let store = try await StoreHouse.open(disk, settings: settings)
        _ = try await store.add([Sample.message("a"), Sample.message("b")])
        try await store.record([.finished(id: "a")])
        #expect(await !store.forget())
        #expect(holds("a", disk))
        try await store.record([.finished(id: "b")])
        #expect(await store.forget())
        #expect(readable(disk).allSatisfy { !$0.contains("CONTENT") })
    }
}
