import Foundation
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopJournal

@Suite("Sealed spool")
struct SealedSpoolTests {
    /// A folder on the real disk, gone after the test.
    private final class Scratch: Sendable {
        let path: String

        init() throws {
            let url = FileManager.default.temporaryDirectory.appendingPathComponent("samotop-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
            path = url.path
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }
    private let scratch: Scratch
    private let disk = FaultySpoolDisk()
    private let clock = ManualClock()
    private let wakes = Wakes()

    /// Counts wakes.
    private final class Wakes: Sendable {
        private let counter = Atomic<Int>(0)
        var count: Int { counter.load(ordering: .sequentiallyConsistent) }
        func add() { counter.add(1, ordering: .sequentiallyConsistent) }
        func wait(for number: Int) async { while count < number { await Task.yield() } }
    }

    init() throws { scratch = try Scratch() }

    private func spool(
        threshold: Int = 256 << 10, budget: Int = 64 << 20, largest: UInt64 = 1 << 20, threads: Int = 2
    ) -> SealedSpool {
        var settings = SealedSpoolSettings()
        settings.threshold = threshold
        settings.memoryBudget = budget
        settings.largestMessage = largest
        return SealedSpool(
            directory: scratch.path, threads: StorageThreads(count: threads), settings: settings, clock: clock,
            disk: disk)
    }

    private func open(_ spool: SealedSpool, size: UInt64? = nil) throws -> any SpoolIntake {
        try spool.open(declaredSize: size) { [wakes] in wakes.add() }
    }

    /// Octets that tell their place, with a word to look for.
    private func octets(_ count: Int) -> [UInt8] {
        let canary = Array("CANARY-OF-PLAINTEXT-".utf8)
        return (0..<count).map {
            $0 % 97 < canary.count ? canary[$0 % 97] : UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7)
        }
    }

    /// Brings octets as a session does: stops at `.full` until it is woken.
    private func bring(_ octets: [UInt8], slice: Int = 17_000, to intake: any SpoolIntake) async throws {
        var start = 0
        while start < octets.count {
            while !intake.hasRoom { await Task.yield() }
            let end = min(octets.count, start + slice)
            _ = try intake.append(octets[start..<end].span)
            start = end
        }
    }

    private func read(_ content: any MailContent) throws -> [UInt8] {
        var octets: [UInt8] = []
        try content.read { slice in slice.withUnsafeBufferPointer { octets.append(contentsOf: $0) } }
        return octets
    }

    @Test(
        "D7: content out is content in, at all sizes around the chunk and the threshold",
        arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 262_143, 262_144, 262_145, 327_680, 1_000_000], [1, 300_000])
    func roundTrip(count: Int, slice: Int) async throws {
        let octets = octets(count)
        let intake = try open(spool())
        if slice == 1 {
            // Every octet alone for the last few, and around the first chunk's end.
            try await bring(Array(octets.prefix(65_530)), to: intake)
            try await bring(Array(octets.dropFirst(65_530).prefix(12)), slice: 1, to: intake)
            try await bring(Array(octets.dropFirst(65_542)), to: intake)
        } else {
            try await bring(octets, slice: slice, to: intake)
        }
        let content = try await intake.finish()
        #expect(content.count == count)
        #expect(try read(content) == octets)
        #expect(try read(content) == octets)
        #expect(disk.everOpened == (count > 262_144 ? 1 : 0))
    }

    @Test("V13, P01: no octet of the message is on the disk in clear, and the file has no name")
    func sealed() async throws {
        let octets = octets(900_000)
        let intake = try open(spool())
        try await bring(octets, to: intake)
        let content = try await intake.finish()
        let file = try #require(disk.openFiles.first)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(file)")
        #expect(link.hasPrefix(scratch.path) && link.hasSuffix("(deleted)"))
        let raw = try Data(contentsOf: URL(fileURLWithPath: "/proc/self/fd/\(file)"))
        #expect(raw.count == 900_000 + 14 * 16)
        #expect(Data(octets).range(of: Data("CANARY-OF-PLAINTEXT".utf8)) != nil)
        for start in stride(from: 0, to: octets.count - 12, by: 97) {
            #expect(raw.range(of: Data(octets[start..<(start + 12)])) == nil)
            if start > 97 * 200 { break }
        }
        #expect(raw.range(of: Data("CANARY".utf8)) == nil)
        #expect(try read(content) == octets)
    }

    @Test("The same octets give another file each time")
    func keys() async throws {
        var files: [Data] = []
        var contents: [any MailContent] = []
        let spool = spool(threshold: 0)
        for _ in 1...2 {
            let before = disk.openFiles
            let intake = try open(spool)
            try await bring(octets(1000), to: intake)
            contents.append(try await intake.finish())
            let file = try #require(disk.openFiles.subtracting(before).first)
            files.append(try Data(contentsOf: URL(fileURLWithPath: "/proc/self/fd/\(file)")))
        }
        #expect(files[0] != files[1])
    }

    @Test("F08: a changed, moved or cut chunk is an error, not content")
    func tampered() async throws {
        let octets = octets(200_000)
        let spool = spool(threshold: 0)
        for damage in ["flip", "tag", "swap", "cut"] {
            let before = disk.openFiles
            let intake = try open(spool)
            try await bring(octets, to: intake)
            let content = try await intake.finish()
            let file = try #require(disk.openFiles.subtracting(before).first)
            let chunk = SealedFile.chunkSize + 16
            var raw = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/proc/self/fd/\(file)")))
            switch damage {
            case "flip": raw[chunk + 5] ^= 1
            case "tag": raw[3 * chunk - 1] ^= 0x80
            case "swap": raw = Array(raw[chunk..<(2 * chunk)] + raw[..<chunk] + raw[(2 * chunk)...])
            default: raw.removeLast()
            }
            let damaged = raw
            #expect(ftruncate(file, 0) == 0)
            #expect(pwrite(file, damaged, damaged.count, 0) == damaged.count)
            #expect(throws: SpoolError.self, "\(damage)") { try read(content) }
        }
    }

    @Test("X05: at most two chunks are in flight; then the session waits, and is woken once for each wait")
    func backpressure() async throws {
        disk.holds.store(true, ordering: .sequentiallyConsistent)
        let intake = try open(spool(threshold: 0))
        let chunk = octets(SealedFile.chunkSize)
        #expect(try intake.append(chunk.span) == .ready)
        #expect(try intake.append(chunk.span) == .full)
        #expect(!intake.hasRoom)
        #expect(wakes.count == 0)
        disk.gate.signal()
        await wakes.wait(for: 1)
        #expect(intake.hasRoom)
        #expect(try intake.append(chunk.span) == .full)
        disk.gate.signal()
        await wakes.wait(for: 2)
        disk.holds.store(false, ordering: .sequentiallyConsistent)
        disk.gate.signal()
        let content = try await intake.finish()
        #expect(try read(content) == chunk + chunk + chunk)
        #expect(wakes.count == 2)
    }

    @Test("The memory budget is for all messages together, and comes back")
    func budget() async throws {
        let spool = spool(budget: 100_000)
        let first = try open(spool)
        try await bring(octets(90_000), to: first)
        #expect(spool.budget.left == 10_000)
        let second = try open(spool)
        try await bring(octets(20_000), to: second)
        // It went to a file though it is small.
        var secondContent: (any MailContent)? = try await second.finish()
        #expect(disk.everOpened == 1)
        #expect(try secondContent.map(read) == octets(20_000))
        var firstContent: (any MailContent)? = try await first.finish()
        #expect(disk.everOpened == 1)
        #expect(try firstContent.map(read) == octets(90_000))
        first.discard()
        #expect(spool.budget.left == 10_000)
        firstContent = nil
        #expect(spool.budget.left == 100_000)
        secondContent = nil
        #expect(disk.openFiles.isEmpty)
        var third: (any SpoolIntake)? = try open(spool)
        if let third { try await bring(octets(50_000), to: third) }
        #expect(spool.budget.left == 50_000)
        third = nil
        #expect(spool.budget.left == 100_000)
    }

    @Test("Discarding, or letting go, closes everything, also while a write is under way", arguments: [true, false])
    func discard(explicitly: Bool) async throws {
        disk.holds.store(true, ordering: .sequentiallyConsistent)
        let spool = spool(threshold: 0)
        var intake: (any SpoolIntake)? = try open(spool)
        _ = try intake?.append(octets(300_000).span)
        while !disk.calls.contains("pwrite") { await Task.yield() }
        if explicitly {
            intake?.discard()
            #expect(throws: SpoolError.self) { try intake?.append(octets(1).span) }
        } else {
            intake = nil
        }
        #expect(disk.openFiles.count == 1)
        disk.gate.signal()
        while !disk.openFiles.isEmpty { await Task.yield() }
        #expect(disk.calls.count { $0 == "pwrite" } == 1)
        #expect(wakes.count == 0)
    }

    @Test("Discarding while the end is awaited ends the wait")
    func discardWhileFinishing() async throws {
        disk.holds.store(true, ordering: .sequentiallyConsistent)
        let intake = try open(spool(threshold: 0))
        _ = try intake.append(octets(300_000).span)
        let end = Task { try await intake.finish().count }
        while !disk.calls.contains("pwrite") { await Task.yield() }
        intake.discard()
        await #expect(throws: SpoolError.self) { try await end.value }
        disk.gate.signal()
        while !disk.openFiles.isEmpty { await Task.yield() }
    }

    @Test("After the end there is no more")
    func ended() async throws {
        for threshold in [0, 1000] {
            let intake = try open(spool(threshold: threshold))
            try await bring(octets(100), to: intake)
            let content = try await intake.finish()
            #expect(throws: SpoolError.self) { try intake.append(octets(1).span) }
            await #expect(throws: SpoolError.self) { try await intake.finish() }
            intake.discard()
            #expect(try read(content) == octets(100))
        }
    }

    @Test(
        "F03, F05–F07: each call fails once, with each error; the class is right and nothing stays open",
        arguments: [true, false])
    func faults(nameless: Bool) async throws {
        if !nameless { disk.removeNameless() }
        let octets = octets(200_000)
        func run(_ fault: FaultySpoolDisk.Fault?) async -> Result<[UInt8], any Error> {
            do {
                let intake = try open(spool(threshold: 0))
                // From here on, so that the count starts at the first call after statvfs.
                disk.arm(fault)
                try await bring(octets, to: intake)
                return .success(try read(try await intake.finish()))
            } catch { return .failure(error) }
        }
        #expect(try await run(nil).get() == octets)
        let calls = disk.calls
        #expect(calls.count { $0 == "pwrite" } == 4)
        let faults: [CInt] = [ENOSPC, EDQUOT, EIO, EMFILE, EROFS, EACCES, EFBIG, EINTR]
        for code in faults {
            for (index, call) in calls.enumerated() where call != "close" {
                disk.arm(nil)
                let what = "\(call), call \(index + 1), errno \(code)"
                switch await run(.fail(index + 1, code)) {
                case .success(let read):
                    #expect(code == EINTR && call != "unlink", "\(what)")
                    #expect(read == octets, "\(what)")
                case .failure(let error as SpoolError):
                    #expect(code != EINTR || call == "unlink", "\(what)")
                    switch error {
                    case .insufficientStorage: #expect(code == ENOSPC || code == EDQUOT, "\(what)")
                    case .failed: #expect(code != ENOSPC && code != EDQUOT, "\(what)")
                    }
                case .failure(let error): Issue.record("\(what): \(error)")
                }
                while !disk.openFiles.isEmpty { await Task.yield() }
            }
        }
        disk.arm(nil)
        #expect(try await run(.short).get() == octets)
    }

    @Test("A failure wakes a session that waits, and tells it at its next slice")
    func failureWakes() async throws {
        disk.holds.store(true, ordering: .sequentiallyConsistent)
        let intake = try open(spool(threshold: 0))
        disk.arm(.fail(3, ENOSPC))
        #expect(try intake.append(octets(200_000).span) == .full)
        disk.holds.store(false, ordering: .sequentiallyConsistent)
        disk.gate.signal()
        await wakes.wait(for: 1)
        #expect(intake.hasRoom)
        let error = #expect(throws: SpoolError.self) { try intake.append(octets(1).span) }
        guard case .insufficientStorage = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await #expect(throws: SpoolError.self) { try await intake.finish() }
    }

    @Test("F03, F04: no message is begun for which there may be no room; there is room again a second later")
    func space() throws {
        let spool = spool(largest: 10 << 20)
        let reserve = SealedSpoolSettings().reservedBytes
        func isRefused(_ free: UInt64, files: UInt64? = nil, size: UInt64?) throws -> Bool {
            clock.advance(by: 1)
            disk.setSpace(SpoolSpace(freeBytes: free, freeFiles: files, isReadOnly: false))
            do {
                _ = try open(spool, size: size)
                return false
            } catch SpoolError.insufficientStorage { return true }
        }
        #expect(try !isRefused(reserve + (15 << 20), size: nil))
        #expect(try isRefused(reserve + (15 << 20) - 1, size: nil))
        #expect(try !isRefused(reserve + 1500, size: 1000))
        #expect(try isRefused(reserve + 1499, size: 1000))
        #expect(try isRefused(.max, size: .max))
        #expect(try isRefused(.max, files: 99, size: 1))
        #expect(try !isRefused(.max, files: 100, size: 1))
        // One question a second.
        disk.arm(nil)
        clock.advance(by: 1)
        for _ in 0..<10 { _ = try open(spool, size: 1) }
        #expect(disk.calls.count { $0 == "statvfs" } == 1)
        clock.advance(by: 1)
        disk.setSpace(SpoolSpace(freeBytes: .max, freeFiles: nil, isReadOnly: true))
        #expect(throws: SpoolError.failed(cause: "spool: read-only file system")) { try open(spool, size: 1) }
    }

    @Test("Many sessions at once, with few threads")
    func many() async throws {
        let spool = spool(budget: 1 << 20, threads: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for session in 0..<40 {
                group.addTask {
                    let octets = octets(session * 20_001)
                    let intake = try open(spool)
                    try await bring(octets, slice: 3000 + session * 511, to: intake)
                    if session % 7 == 3 { return }
                    #expect(try read(try await intake.finish()) == octets)
                }
            }
            try await group.waitForAll()
        }
        #expect(spool.budget.left == 1 << 20)
        while !disk.openFiles.isEmpty { await Task.yield() }
    }
}
