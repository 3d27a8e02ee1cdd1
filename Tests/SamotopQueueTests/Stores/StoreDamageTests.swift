import SamotopCore
import Testing

@testable import SamotopQueue

@Suite struct StoreDamageTests {
    /// Twelve messages in one segment, and where their frames begin.
    private func filled(isEnded: Bool) async throws -> (disk: MemoryDisk, starts: [Int], end: Int) {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        for number in 0..<12 { _ = try await store.add([Sample.message("m\(number)")]) }
        let octets = disk.contents(disk.segment)
        if isEnded { await store.close() }
        var starts: [Int] = []
        var index = SegmentHeader.length
        while true {
            var reader = RecordReader(octets, at: index)
            guard reader.number(UInt32.self) == Frame.mark, let length = reader.number(UInt32.self) else { break }
            starts.append(index)
            index += Frame.headLength + Int(length)
        }
        return (disk.afterKill(), starts, index)
    }

    @Test("F08: cut at each frame and inside each, the frames before it are there, and a torn tail is no damage")
    func cutEverywhere() async throws {
        let (disk, starts, end) = try await filled(isEnded: false)
        #expect(starts.count == 12)
        let bounds = starts + [end]
        for (count, start) in bounds.enumerated() {
            for cut in [start, start + 3, start + 9, start + 60] where cut <= end {
                let torn = disk.afterKill()
                let path = torn.segment
                torn.change(path) { octets in
                    for index in cut..<octets.count { octets[index] = 0 }
                }
                let contents = try await StoreHouse.open(torn).load()
                #expect(contents.messages.map(\.facts.id) == (0..<count).map { "m\($0)" }, "cut at \(cut)")
                #expect(contents.damage == [], "cut at \(cut)")
                torn.change(path) { $0.removeLast($0.count - cut) }
                let shorter = try await StoreHouse.open(torn.afterKill()).load()
                #expect(shorter.messages.count == count, "cut at \(cut)")
            }
        }
    }

    @Test("F08: a flipped octet in a frame costs that message alone, and is told")
    func flipped() async throws {
        let (disk, starts, end) = try await filled(isEnded: false)
        for (number, start) in starts.enumerated().dropLast() {
            for place in [start, start + 5, start + 20, (number + 1 < starts.count ? starts[number + 1] : end) - 1] {
                let hurt = disk.afterKill()
                hurt.change(hurt.segment) { $0[place] ^= 0x10 }
                let store = try await StoreHouse.open(hurt)
                let contents = try await store.load()
                #expect(contents.ids == Set((0..<12).filter { $0 != number }.map { "m\($0)" }), "octet \(place)")
                #expect(contents.damage.count == 1, "octet \(place)")
                #expect(try await store.add([Sample.message("new")]) == [true])
            }
        }
    }

    @Test("F08: with a footer a flipped octet is found when the content is read, and told to whoever reads")
    func flippedContent() async throws {
        let (disk, starts, _) = try await filled(isEnded: true)
        disk.change(disk.segment) { $0[starts[4] + 100] ^= 1 }
        let store = try await StoreHouse.open(disk)
        #expect(try await store.load().messages.count == 12)
        await #expect(throws: QueueStoreError.damaged(cause: "a message isn't as it was written")) {
            try await store.content(of: "m4").octets()
        }
        #expect(try await store.content(of: "m5").octets() == Sample.content("m5", 100))
    }

    @Test("F08: any octet of header, footer and trailer flipped: nothing is lost, or it is told; never a trap")
    func flippedAround() async throws {
        let (disk, _, end) = try await filled(isEnded: true)
        let size = disk.contents(disk.segment).count
        var places = Array(stride(from: 0, to: 160, by: 3)) + Array(2_048..<2_100)
        places += Array(stride(from: end, to: end + 1_200, by: 7)) + Array((size - 32)..<size)
        for place in places {
            let hurt = disk.afterKill()
            hurt.change(hurt.segment) { $0[place] ^= 0x04 }
            let contents = try await StoreHouse.open(hurt).load()
            #expect(contents.messages.count == 12, "octet \(place)")
        }
        let headless = disk.afterKill()
        headless.change(headless.segment) { octets in
            octets[30] ^= 1
            octets[2_048 + 30] ^= 1
        }
        let contents = try await StoreHouse.open(headless).load()
        #expect(contents.messages.isEmpty)
        #expect(contents.damage.count == 1)
        #expect(headless.paths.filter { $0.hasPrefix("/queue/damaged-") }.count == 1)
    }

    @Test("A footer that can't be read is replaced by the frames, and told")
    func footer() async throws {
        let (disk, _, end) = try await filled(isEnded: true)
        disk.change(disk.segment) { $0[end + 40] ^= 1 }
        let contents = try await StoreHouse.open(disk).load()
        #expect(contents.messages.count == 12)
        #expect(contents.damage.count == 1)
    }

    @Test("Something else with a segment's name is left alone and told")
    func foreign() async throws {
        let (disk, _, _) = try await filled(isEnded: true)
        let file = try disk.create("/queue/segment-77")
        disk.close(file)
        disk.change("/queue/segment-77") { $0 = Array("not mine".utf8) }
        let contents = try await StoreHouse.open(disk).load()
        #expect(contents.messages.count == 12)
        #expect(contents.damage.count == 1)
    }

    @Test("A message that is damaged when its segment is given up is told, and its file is kept")
    func damagedWhileMoved() async throws {
        let disk = MemoryDisk()
        let alarms = Collector<String>()
        let store = try await StoreHouse.open(disk, alarm: { alarms.add($0) })
        _ = try await store.add([Sample.message("a"), Sample.message("b")])
        disk.change(disk.segment) { $0[SegmentHeader.length + 50] ^= 1 }
        for number in 0..<400 {
            _ = try await store.add([Sample.message("m\(number)", size: 1_000)])
            try await store.record([.finished(id: "m\(number)")])
        }
        #expect(alarms.all.count == 1)
        #expect(disk.paths.filter { $0.hasPrefix("/queue/damaged-") }.count == 1)
        await #expect(throws: QueueStoreError.self) { try await store.content(of: "a").octets() }
        #expect(try await store.content(of: "b").octets() == Sample.content("b", 100))
        try await store.record([.finished(id: "a")])
    }

    @Test("A large content that was cut, changed or removed is told to whoever reads it")
    func largeContent() async throws {
        for damage in 0..<4 {
            let disk = MemoryDisk()
            let store = try await StoreHouse.open(disk)
            _ = try await store.add([Sample.message("big", size: 150_000)])
            let path = try #require(disk.paths.first { $0.hasPrefix("/queue/large/") })
            switch damage {
            case 0: disk.change(path) { $0.removeLast() }
            case 1: disk.change(path) { $0[70_000] ^= 1 }
            case 2: disk.change(path) { $0[12] ^= 1 }
            default: try disk.remove(path)
            }
            await #expect(throws: QueueStoreError.self) { try await store.content(of: "big").octets() }
        }
    }
}
