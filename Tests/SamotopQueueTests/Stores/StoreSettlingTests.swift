import Glibc
import SamotopCore
import Testing

@testable import SamotopQueue

/// What one life wrote, the next one found, and a power cut then puts to the test.
@Suite struct StoreSettlingTests {
    @Test(
        "F02: a file whose maker was killed before its name was durable loses nothing of what a later life puts there")
    func namelessSpare() async throws {
        for seed in 0..<16 as Range<UInt64> {
            var random = SplitMix(seed: seed)
            let disk = MemoryDisk()
            let file = try disk.create("/queue/segment-1")
            try disk.writeAll([UInt8](repeating: 0, count: StoreHouse.small.segmentSize), to: file, at: 0)
            disk.close(file)
            let store = try await StoreHouse.open(disk)
            #expect(try await store.add([Sample.message("a")]) == [true])
            #expect(disk.segment == "/queue/segment-1")
            let found = try await StoreHouse.open(disk.afterPowerCut(&random)).load()
            #expect(found.ids == ["a"], "seed \(seed)")
        }
    }

    @Test("F01, F02: whatever a store says it has after a kill at any call is there after a power cut")
    func killedThenCut() async throws {
        var random = SplitMix(seed: 1)
        var call = 0
        var isThrough = false
        while !isThrough {
            call += 1
            let disk = MemoryDisk()
            let first = try await StoreHouse.open(disk)
            _ = try await first.add([Sample.message("a")])
            disk.arm(.die(call))
            isThrough = (try? await first.add([Sample.message("b")])) != nil
            try await settles(disk.afterKill(), &random, "call \(call)")
        }
        #expect(call > 2)
    }

    @Test("F05: what failed flushes left only in memory is not taken for durable by the next life")
    func failedFlushThenCut() async throws {
        var random = SplitMix(seed: 2)
        for round in 0..<16 {
            let disk = MemoryDisk()
            let first = try await StoreHouse.open(disk)
            _ = try await first.add([Sample.message("a")])
            disk.arm(.fail(1, EIO, calls: ["fdatasync"], forEver: true))
            for _ in 0..<SegmentLog.maximumFailures {
                await #expect(throws: QueueStoreError.self) { try await first.add([Sample.message("b", size: 2_000)]) }
            }
            try await settles(disk.afterKill(), &random, "round \(round)")
        }
    }

    @Test(
        "F05: after one failure the store goes on at once; what was refused doesn't exist, and all else does",
        arguments: ["pwrite", "fdatasync"], 1...12)
    func goesOn(_ call: String, _ which: Int) async throws {
        var random = SplitMix(seed: UInt64(which))
        let disk = MemoryDisk()
        let log = Collector<String>()
        let store = try await StoreHouse.open(disk) { log.add($0) }
        disk.arm(.fail(which, EIO, calls: [call]))
        var there: Set<String> = []
        var refused: Set<String> = []
        for number in 0..<60 {
            let id = "m\(number)"
            do {
                #expect(try await store.add([Sample.message(id, size: 2_000)]) == [true])
                there.insert(id)
            } catch QueueStoreError.interrupted { refused.insert(id) }
            guard number.isMultiple(of: 3), there.contains(id) else { continue }
            do {
                try await store.record([.finished(id: id)])
                there.remove(id)
            } catch QueueStoreError.interrupted {}
        }
        #expect(refused.count <= 1)
        for disk in [disk.afterKill(), disk.afterPowerCut(&random)] {
            let next = try await StoreHouse.open(disk)
            #expect(try await next.load().ids == there)
            for id in there { #expect(try await next.content(of: id).octets() == Sample.content(id, 2_000)) }
            // What was refused is new when it comes again.
            for id in refused { #expect(try await next.add([Sample.message(id, size: 2_000)]) == [true]) }
        }
    }

    private func settles(_ disk: MemoryDisk, _ random: inout SplitMix, _ place: String) async throws {
        let second = try await StoreHouse.open(disk)
        let isNew = try await second.add([Sample.message("b", size: 2_000)])
        let known = try await second.load().ids.union(isNew == [true] ? ["b"] : [])
        let third = try await StoreHouse.open(disk.afterPowerCut(&random))
        #expect(try await third.load().ids.isSuperset(of: known), "\(place)")
        for id in known { #expect(try await third.content(of: id).octets().count >= 100, "\(place), \(id)") }
    }

    @Test("A store that is closed lets go of the folder when its next file is made, and not before")
    func closeWaits() async throws {
        let disk = MemoryDisk()
        for number in 0..<50 {
            let store = try await StoreHouse.open(disk)
            _ = try await store.add([Sample.message("m\(number)", size: 2_000)])
            await store.close()
            #expect(disk.openFiles == 0)
        }
        #expect(try await StoreHouse.open(disk).load().messages.count == 50)
    }
}
