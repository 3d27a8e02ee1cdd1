import Foundation
import SamotopCore
import Synchronization
import Testing

@testable import SamotopQueue

@Suite struct ContentAtHandTests {
    private func bytesAtHand(_ id: String, _ store: SegmentedQueueStore) async throws -> [UInt8]? {
        try await store.content(of: id).bytesAtHand
    }

    @Test("What the kernel holds is at hand once its segment was read; what is large, or not held, isn't")
    func atHand() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        _ = try await store.add([Sample.message("a"), Sample.message("b"), Sample.message("big", size: 10_000)])
        // No file is opened for it.
        let opens = disk.opensToRead.load(ordering: .relaxed)
        #expect(try await bytesAtHand("a", store) == nil)
        #expect(disk.opensToRead.load(ordering: .relaxed) == opens)
        #expect(try await store.content(of: "a").octets() == Sample.content("a", 100))
        #expect(try await bytesAtHand("a", store) == Sample.content("a", 100))
        #expect(try await bytesAtHand("b", store) == Sample.content("b", 100))
        #expect(try await bytesAtHand("big", store) == nil)
        disk.holdsAll.store(false, ordering: .relaxed)
        #expect(try await bytesAtHand("a", store) == nil)
        #expect(try await store.content(of: "a").octets() == Sample.content("a", 100))
    }

    @Test("What isn't as it was written is never at hand, and reading it says so")
    func damaged() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        _ = try await store.add([Sample.message("a")])
        _ = try await store.content(of: "a").octets()
        disk.change(disk.segment) { octets in
            for index in SegmentHeader.length..<(SegmentHeader.length + 200) { octets[index] ^= 1 }
        }
        #expect(try await bytesAtHand("a", store) == nil)
        let content = try await store.content(of: "a")
        #expect(throws: QueueStoreError.self) { try content.octets() }
    }

    @Test("Files of segments that are given up don't stay open, and what was moved is found again")
    func givenUp() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        let open = disk.openFiles
        for number in 0..<60 {
            _ = try await store.add([Sample.message("m\(number)", size: 2_000)])
            #expect(try await store.content(of: "m\(number)").octets() == Sample.content("m\(number)", 2_000))
        }
        #expect(disk.openFiles > open + 2)
        try await store.record((1..<60).map { .finished(id: "m\($0)") })
        // What is left is moved on, segment by segment.
        for number in 60..<90 {
            _ = try await store.add([Sample.message("m\(number)", size: 2_000)])
            try await store.record([.finished(id: "m\(number)")])
        }
        #expect(try await store.content(of: "m0").octets() == Sample.content("m0", 2_000))
        #expect(try await bytesAtHand("m0", store) == Sample.content("m0", 2_000))
        #expect(disk.openFiles <= open + 3)
    }

    @Test("On a disk it is the same, or nobody can tell")
    func host() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "samotop-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try await SegmentedQueueStore.open(folder, key: StoreHouse.key, threads: StoreHouse.threads)
        _ = try await store.add([Sample.message("a", size: 10_000), Sample.message("b", size: 100_000)])
        for id in ["a", "b"] { _ = try await store.content(of: id).octets() }
        let found = try await bytesAtHand("a", store)
        #expect(found == nil || found == Sample.content("a", 10_000))
        // Opening that much takes its time.
        #expect(try await bytesAtHand("b", store) == nil)
        await store.close()
    }
}
