import SMTP
import SamotopCore
import Testing

@testable import SamotopQueue

@Suite struct StoreModelTests {
    @Test(
        "Any order of adds, changes, ends, kills, power cuts and reopenings: the same as in memory", arguments: 0..<24)
    func sameAsInMemory(seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        var settings = StoreHouse.small
        settings.segmentSize = 8 << 10 + Int.random(in: 0..<(16 << 10), using: &random)
        settings.slack = settings.segmentSize * Int.random(in: 1...3, using: &random)
        settings.rememberedMessages = 40
        settings.largeContent = 2_000
        let key = Bool.random(using: &random) ? StoreHouse.key : nil
        let model = MemoryQueueStore(rememberedMessages: 40)
        var disk = MemoryDisk()
        var store = try await StoreHouse.open(disk, key: key, settings: settings)
        var sizes: [String: Int] = [:]
        for step in 0..<150 {
            let id = "m\(Int.random(in: 0..<60, using: &random))"
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<9:
                let size = sizes[id] ?? Int.random(in: 0..<2_500, using: &random)
                sizes[id] = size
                let messages = (0..<Int.random(in: 1...3, using: &random)).map { _ in Sample.message(id, size: size) }
                #expect(try await store.add(messages) == model.add(messages), "seed \(seed), step \(step)")
            case 9..<13:
                let status = someStatus(&random)
                try await store.record([.status(id: id, status)])
                try await model.record([.status(id: id, status)])
            case 13..<17:
                let notice = Bool.random(using: &random) ? Sample.message("n\(step)", from: nil) : nil
                if notice != nil { sizes["n\(step)"] = 100 }
                let other = "m\(Int.random(in: 0..<60, using: &random))"
                let changes: [QueueChange] = [
                    .status(id: other, someStatus(&random)), .finished(id: id, notice: notice), .finished(id: other),
                ]
                try await store.record(changes)
                try await model.record(changes)
            case 17:
                await store.close()
                store = try await StoreHouse.open(disk, key: key, settings: settings)
            case 18:
                disk = disk.afterKill()
                store = try await StoreHouse.open(disk, key: key, settings: settings)
            default:
                disk = disk.afterPowerCut(&random)
                store = try await StoreHouse.open(disk, key: key, settings: settings)
            }
            if step % 25 == 0 {
                try await compare(store, disk, key, settings, model, sizes, "seed \(seed), step \(step)")
            }
        }
        try await compare(store, disk, key, settings, model, sizes, "seed \(seed), the end")
        // Twice what is queued, what is being filled, the slack, and files for another life.
        let live = disk.octetsUsed
        #expect(live < 2 * 60 * 3_000 + settings.slack + 6 * settings.segmentSize, "seed \(seed)")
    }

    private func someStatus(_ random: inout SplitMix) -> MessageStatus {
        var recipient = RecipientStatus(since: Int64.random(in: 0..<1_000_000, using: &random))
        recipient.attempts = UInt16.random(in: 0..<100, using: &random)
        recipient.owed = OwedNotices(rawValue: UInt8.random(in: 0..<8, using: &random))
        return MessageStatus([recipient])
    }

    private func compare(
        _ store: SegmentedQueueStore, _ disk: MemoryDisk, _ key: [UInt8]?, _ settings: SegmentedQueueStoreSettings,
        _ model: MemoryQueueStore, _ sizes: [String: Int], _ place: String
    ) async throws {
        let wanted = try await model.load()
        let copy = disk.afterKill()
        let found = try await StoreHouse.open(copy, key: key, settings: settings).load()
        #expect(found.damage == [], "\(place)")
        #expect(found.messages.count == wanted.messages.count, "\(place)")
        #expect(found.byID == wanted.byID, "\(place)")
        for id in wanted.ids {
            #expect(try await store.content(of: id).octets() == Sample.content(id, sizes[id] ?? -1), "\(place), \(id)")
        }
    }

    @Test("A message that stays is moved from segment to segment with its status, and the log stays short")
    func longLife() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        _ = try await store.add([Sample.message("stays"), Sample.message("big", size: 8_000)])
        var recipient = RecipientStatus(since: 1)
        recipient.attempts = 9
        try await store.record([.status(id: "stays", MessageStatus([recipient]))])
        let content = try await store.content(of: "stays")
        for number in 0..<600 {
            _ = try await store.add([Sample.message("m\(number)", size: 2_000)])
            try await store.record([.finished(id: "m\(number)")])
        }
        #expect(disk.octetsUsed < (64 << 10) + 7 * (32 << 10) + 10_000)
        #expect(try content.octets() == Sample.content("stays", 100))
        #expect(try await store.content(of: "big").octets() == Sample.content("big", 8_000))
        let found = try await StoreHouse.open(disk.afterKill()).load()
        #expect(found.ids == ["stays", "big"])
        #expect(found.byID["stays"]?.status == MessageStatus([recipient]))
        // What was finished lately is still known, although the segments that said so are gone.
        #expect(try await store.add([Sample.message("m100")]) == [false])
    }

    @Test("What is given up can't be read any more: the salt is overwritten")
    func givenUp() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk, key: nil)
        _ = try await store.add([Sample.message("a")])
        let header = Array(disk.contents(disk.segment).prefix(200))
        try await store.record([.finished(id: "a")])
        for number in 0..<100 {
            _ = try await store.add([Sample.message("m\(number)", size: 2_000)])
            try await store.record([.finished(id: "m\(number)")])
        }
        let salt = Array(header[21..<53])
        for path in disk.paths { #expect(!disk.contents(path).contains(salt)) }
    }

    @Test("A segment whose header can't be overwritten is removed instead")
    func stubbornSegment() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        for number in 0..<200 {
            // Some of these flushes are of the header that is overwritten.
            disk.arm(number == 50 ? .fail(2, 5, calls: ["fdatasync"]) : nil)
            do {
                _ = try await store.add([Sample.message("m\(number)", size: 2_000)])
                try await store.record([.finished(id: "m\(number)")])
            } catch { return }
        }
        #expect(try await StoreHouse.open(disk.afterKill()).load().messages.isEmpty)
    }
}
