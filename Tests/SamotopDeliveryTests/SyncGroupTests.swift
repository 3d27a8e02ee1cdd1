import Foundation
import SamotopCore
import Synchronization
import Testing

@testable import SamotopDelivery

@Suite("Sharing a flush")
struct SyncGroupTests {
    /// Flushes that wait until the test lets them go on.
    private final class SlowDisk: FileSystem {
        let disk = MemoryDisk()
        let started = Atomic<Int>(0)
        let fails = Atomic<Bool>(false)
        let gate = DispatchSemaphore(value: 0)

        func read(_ count: Int, from file: CInt, at offset: Int) throws(SystemCallError) -> [UInt8] { [] }

        func sync(_ file: CInt) throws(SystemCallError) {
            started.add(1, ordering: .sequentiallyConsistent)
            gate.wait()
            if fails.load(ordering: .sequentiallyConsistent) { throw SystemCallError(call: "fsync", code: EIO) }
        }

        func open(_ name: String, in directory: CInt, flags: CInt, mode: mode_t) throws(SystemCallError) -> CInt {
            try disk.open(name, in: directory, flags: flags, mode: mode)
        }
        func makeDirectory(_ name: String, in directory: CInt, mode: mode_t) throws(SystemCallError) {}
        func write(_ bytes: UnsafeRawBufferPointer, to file: CInt) throws(SystemCallError) -> Int { bytes.count }
        func syncFileSystem(of file: CInt) throws(SystemCallError) {}
        func canSyncFileSystem(of file: CInt) -> Bool { false }
        func setTimes(of file: CInt, to seconds: Int64) throws(SystemCallError) {}
        func close(_ file: CInt) throws(SystemCallError) {}
        func link(_ name: String, in directory: CInt, as newName: String, in other: CInt) throws(SystemCallError) {}
        func rename(_ name: String, in directory: CInt, as newName: String) throws(SystemCallError) {}
        func unlink(_ name: String, in directory: CInt) throws(SystemCallError) {}
        func facts(of file: CInt) throws(SystemCallError) -> FileFacts { try disk.facts(of: file) }
        func facts(of name: String, in directory: CInt) throws(SystemCallError) -> FileFacts {
            try disk.facts(of: name, in: directory)
        }
        func names(in directory: CInt) throws(SystemCallError) -> [String] { [] }
        func space(of file: CInt) throws(SystemCallError) -> SpaceFacts { try disk.space(of: file) }
        func checkWritable(_ directory: CInt) throws(SystemCallError) {}
        func processExists(_ process: pid_t) -> Bool { false }
    }

    private func group(_ disk: SlowDisk) throws -> SyncGroup {
        let file = try disk.open("/", in: -100, flags: 0, mode: 0)
        return SyncGroup(
            OpenDirectory(descriptor: file, facts: try disk.facts(of: file), fileSystem: disk), fileSystem: disk)
    }

    @Test("Who comes during a flush shares the next one; nobody is served by one that had started")
    func shares() async throws {
        let disk = SlowDisk()
        let group = try group(disk)
        let threads = StorageThreads(count: 10)
        await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await threads.run { try group.sync() } }
            while disk.started.load(ordering: .sequentiallyConsistent) < 1 { await Task.yield() }
            for _ in 0..<8 { tasks.addTask { try await threads.run { try group.sync() } } }
            while group.calls < 9 { await Task.yield() }
            // The one under way, and one for all eight.
            disk.gate.signal()
            disk.gate.signal()
        }
        #expect(disk.started.load(ordering: .sequentiallyConsistent) == 2)
        disk.gate.signal()
        try await threads.run { try group.sync() }
        #expect(disk.started.load(ordering: .sequentiallyConsistent) == 3)
    }

    @Test("F05: after a failed flush all fail, without another flush")
    func breaks() async throws {
        let disk = SlowDisk()
        disk.fails.store(true, ordering: .sequentiallyConsistent)
        let group = try group(disk)
        disk.gate.signal()
        for _ in 0..<3 { #expect(throws: SystemCallError(call: "fsync", code: EIO)) { try group.sync() } }
        #expect(group.isBroken)
        #expect(disk.started.load(ordering: .sequentiallyConsistent) == 1)
    }
}
