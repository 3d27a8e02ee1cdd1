import Glibc
import SamotopCore
import Testing

@testable import SamotopQueue

@Suite struct StoreFaultTests {
    @Test(
        "F05: after three failures in a row nothing more is done until the store is opened again",
        arguments: ["fdatasync", "pwrite"])
    func failures(_ call: String) async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        _ = try await store.add([Sample.message("a")])
        disk.arm(.fail(1, EIO, calls: [call], forEver: true))
        for round in 1...3 {
            do {
                _ = try await store.add([Sample.message("b")])
                Issue.record("\(round)")
            } catch QueueStoreError.interrupted { #expect(round < 3) } catch QueueStoreError.failed {
                #expect(round == 3)
            }
        }
        disk.arm(nil)
        await #expect(throws: QueueStoreError.self) { try await store.add([Sample.message("b")]) }
        await #expect(throws: QueueStoreError.self) { try await store.record([.finished(id: "a")]) }
        #expect(disk.calls.filter { $0 == "pwrite" || $0 == "fdatasync" } == [])
        #expect(try await store.content(of: "a").octets() == Sample.content("a", 100))
        let again = try await StoreHouse.open(disk.afterKill())
        #expect(try await again.load().ids.subtracting(["b"]) == ["a"])
        _ = try await again.add([Sample.message("b")])
        #expect(try await again.content(of: "b").octets() == Sample.content("b", 100))
    }

    @Test("D2: a file whose flush failed is never written and never flushed again") func leftAlone() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        _ = try await store.add([Sample.message("a")])
        let path = disk.segment
        let before = disk.contents(path)
        disk.arm(.fail(1, EIO, calls: ["fdatasync"]))
        await #expect(throws: QueueStoreError.self) { try await store.add([Sample.message("b")]) }
        let (after, flushes) = (disk.contents(path), disk.syncs(of: path))
        #expect(before != after)
        for number in 0..<20 { _ = try await store.add([Sample.message("m\(number)")]) }
        #expect(disk.contents(path) == after)
        #expect(disk.syncs(of: path) == flushes)
    }

    @Test("F03: a full disk is told as such, loses nothing, leaves room for statuses and ends, and passes")
    func fullDisk() async throws {
        let disk = MemoryDisk()
        var settings = StoreHouse.small
        settings.segmentSize = 64 << 10
        let store = try await StoreHouse.open(disk, settings: settings)
        disk.setCapacity(3 * (64 << 10))
        var added: [String] = []
        var refusal: QueueStoreError?
        for number in 0..<1_000 where refusal == nil {
            do {
                _ = try await store.add([Sample.message("m\(number)", size: 500)])
                added.append("m\(number)")
            } catch let error as QueueStoreError { refusal = error }
        }
        guard case .insufficientStorage = refusal else {
            Issue.record("\(String(describing: refusal)) after \(added.count)")
            return
        }
        await #expect(throws: QueueStoreError.self) { try await store.add([Sample.message("big", size: 60_000)]) }
        #expect(disk.paths.filter { $0.hasPrefix("/queue/large/") } == [])
        var recipient = RecipientStatus(since: 0)
        recipient.attempts = 1
        try await store.record(added.prefix(20).map { .status(id: $0, MessageStatus([recipient])) })
        try await store.record([.finished(id: "m0")])
        let there = try await StoreHouse.open(disk.afterKill(), settings: settings).load()
        #expect(there.ids == Set(added.dropFirst()))
        #expect(there.damage == [])
        #expect(there.byID["m1"]?.status.recipients.first?.attempts == 1)
        for id in added.dropFirst() { #expect(try await store.content(of: id).octets() == Sample.content(id, 500)) }
        disk.setCapacity(nil)
        #expect(try await store.add([Sample.message("later")]) == [true])
        // Ends make room without a larger disk, too.
        try await store.record(added.dropFirst().map { .finished(id: $0) })
        disk.setCapacity(disk.octetsUsed)
        for number in 0..<200 {
            _ = try await store.add([Sample.message("n\(number)", size: 500)])
            try await store.record([.finished(id: "n\(number)")])
        }
    }

    @Test("A write that finds no room is taken back, and what was refused doesn't exist")
    func noRoomInAWrite() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        _ = try await store.add([Sample.message("a")])
        disk.arm(.fail(1, ENOSPC, calls: ["pwrite"]))
        await #expect(throws: QueueStoreError.insufficientStorage(cause: "queue, pwrite: no space (errno 28)")) {
            try await store.add([Sample.message("b")])
        }
        disk.arm(nil)
        _ = try await store.add([Sample.message("c")])
        let contents = try await StoreHouse.open(disk.afterKill()).load()
        #expect(contents.ids == ["a", "c"])
        #expect(contents.damage == [])
    }

    @Test("No two frames are ever sealed at one offset of one life of a segment")
    func noncesAreUsedOnce() async throws {
        let disk = MemoryDisk()
        var settings = StoreHouse.small
        settings.slack = 1 << 20
        let store = try await StoreHouse.open(disk, settings: settings)
        _ = try await store.add([Sample.message("a")])
        let segment = disk.segment
        let before = disk.contents(segment)
        disk.arm(.fail(1, ENOSPC, calls: ["pwrite"]))
        _ = try? await store.add([Sample.message("b")])
        disk.arm(nil)
        _ = try await store.add([Sample.message("c")])
        // Neither after a failure nor after a kill does anything follow in a segment that was begun before.
        #expect(before.starts(with: disk.contents(segment)))
        let found = disk.afterKill()
        let names = found.paths
        let begun = names.map { found.contents($0) }
        let again = try await StoreHouse.open(found, settings: settings)
        _ = try await again.add([Sample.message("d")])
        for (name, octets) in zip(names, begun) where octets.contains(where: { $0 != 0 }) {
            #expect(found.contents(name) == octets)
        }
    }

    @Test(
        "Killed at every call: what was promised is there, whole; nothing is there twice or by half",
        arguments: [true, false])
    func killedAtEveryCall(isPowerCut: Bool) async throws {
        var random = SplitMix(seed: 7)
        var last = 0
        // Of the power cuts only some: what they leave is drawn anyway.
        for at in stride(from: 1, to: 10_000, by: isPowerCut ? 5 : 2) {
            let disk = MemoryDisk()
            disk.arm(.die(at))
            let promised = await ordinaryLife(on: disk)
            let found = isPowerCut ? disk.afterPowerCut(&random) : disk.afterKill()
            let store = try await StoreHouse.open(found)
            let contents = try await store.load()
            promised.check(contents, "call \(at)")
            for id in promised.mustBe {
                let size = promised.sizes[id] ?? 0
                #expect(try await store.content(of: id).octets() == Sample.content(id, size), "call \(at)")
            }
            last = at
            if promised.isComplete { break }
            guard at % 7 == 0 else { continue }
            // Whatever was in doubt can be done again.
            for id in promised.sizes.keys.sorted() {
                _ = try await store.add([Sample.message(id, size: promised.sizes[id] ?? 0)])
            }
            let all = try await StoreHouse.open(found.afterKill()).load()
            #expect(all.messages.count == all.ids.count, "call \(at)")
            #expect(all.ids.isSuperset(of: Set(promised.sizes.keys).subtracting(promised.mayBeGone)), "call \(at)")
        }
        #expect(last > 60)
        #expect(last < 9_990)
    }

    /// Adds, records, finishes, until the disk dies; small segments, so that some are given up and moved.
    private func ordinaryLife(on disk: MemoryDisk) async -> Promises {
        var promised = Promises()
        var settings = StoreHouse.small
        settings.segmentSize = 16 << 10
        settings.slack = 24 << 10
        do {
            let store = try await StoreHouse.open(disk, settings: settings)
            _ = try await store.load()
            for number in 0..<24 {
                let id = "m\(number)"
                let size = number % 8 == 3 ? 4_000 : 1_500
                promised.sizes[id] = size
                guard try await store.add([Sample.message(id, size: size)]) == [true] else { continue }
                promised.mustBe.insert(id)
                if number % 3 == 1 {
                    var recipient = RecipientStatus(since: 0)
                    recipient.attempts = UInt16(number)
                    promised.maybeStatus[id] = recipient.attempts
                    try await store.record([.status(id: id, MessageStatus([recipient]))])
                    promised.status[id] = recipient.attempts
                }
                // The first one stays, so that it has to be moved.
                if number % 2 == 0, number > 0 {
                    promised.mustBe.remove(id)
                    promised.mayBeGone.insert(id)
                    let notice = "dsn\(number)"
                    promised.sizes[notice] = 100
                    promised.pairs[id] = notice
                    try await store.record([.finished(id: id, notice: Sample.message(notice, from: nil))])
                    promised.mustBe.insert(notice)
                    promised.mustNotBe.insert(id)
                }
            }
            await store.close()
            // The disk was still alive at the end, so the fault never came.
            promised.isComplete = disk.calls.count > 0 && (try? disk.list("/queue")) != nil
        } catch {}
        return promised
    }

    private struct Promises {
        var sizes: [String: Int] = [:]
        var mustBe: Set<String> = []
        var mustNotBe: Set<String> = []
        var mayBeGone: Set<String> = []
        var status: [String: UInt16] = [:]
        var maybeStatus: [String: UInt16] = [:]
        /// A finished message and the notification that came with its end.
        var pairs: [String: String] = [:]
        var isComplete = false

        func check(_ contents: QueueContents, _ place: String) {
            #expect(contents.messages.count == contents.ids.count, "\(place)")
            #expect(contents.ids.isSuperset(of: mustBe), "\(place): \(mustBe.subtracting(contents.ids)) are lost")
            #expect(
                contents.ids.isDisjoint(with: mustNotBe), "\(place): \(mustNotBe.intersection(contents.ids)) came back")
            for (id, notice) in pairs {
                #expect(contents.ids.contains(id) != contents.ids.contains(notice), "\(place): \(id) and \(notice)")
            }
            for (id, message) in contents.byID {
                let attempts = message.status.recipients.first?.attempts
                if let promised = status[id] { #expect(attempts == promised, "\(place): status of \(id)") }
                if let attempts { #expect(attempts == maybeStatus[id], "\(place): status of \(id)") }
            }
        }
    }
}
