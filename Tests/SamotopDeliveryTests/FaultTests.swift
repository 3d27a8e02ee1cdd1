import Glibc
import SamotopCore
import Testing

@testable import SamotopDelivery

/// D1, D2, F03–F07: whatever call fails, a message is in all of its mailboxes or in none.
@Suite("Faults")
struct FaultTests {
    private static let boxes = ["example.org/ann", "example.org/bob", "cat"]
    private static let codes: [CInt] = [
        ENOSPC, EDQUOT, EIO, EMFILE, ENFILE, EROFS, EACCES, ENAMETOOLONG, EXDEV, EMLINK, ENOMEM, EAGAIN,
    ]

    /// Where a delivery is tried: the mailboxes are made already, or not.
    private struct Trial {
        let disk: MemoryDisk
        let faulty: FaultyDisk
        let house: House

        init(warm: Bool) async throws {
            disk = MemoryDisk()
            faulty = FaultyDisk(disk)
            house = try House(faulty, root: "/mail")
            if warm { try await house.mailboxes.prepare() }
        }

        func deliver(_ fault: FaultyDisk.Fault?) async -> DeliveryError? {
            faulty.arm(fault)
            do {
                try await house.mailboxes.deliver(TestMessage.make(), to: TestMessage.recipients("ann", "bob", "cat"))
                return nil
            } catch { return error as? DeliveryError ?? .failed(cause: "\(error)") }
        }

        /// Checks all or nothing, and that tmp is empty.
        func check(delivered: Bool, _ comment: String) {
            for box in FaultTests.boxes {
                let wanted = delivered ? [TestMessage.name(): TestMessage.file] : [:]
                #expect(disk.contents(of: "/mail/\(box)/new") ?? [:] == wanted, "\(box): \(comment)")
                #expect(disk.contents(of: "/mail/\(box)/tmp") ?? [:] == [:], "\(box): \(comment)")
                #expect(disk.contents(of: "/mail/\(box)/cur") ?? [:] == [:], "\(box): \(comment)")
            }
        }
    }

    @Test("Each call fails once, with each error", arguments: [true, false])
    func each(warm: Bool) async throws {
        let clean = try await Trial(warm: warm)
        #expect(await clean.deliver(nil) == nil)
        clean.check(delivered: true, "no fault")
        let calls = clean.faulty.count
        #expect(calls >= 21)
        for code in Self.codes {
            for call in 1...calls {
                let trial = try await Trial(warm: warm)
                let error = await trial.deliver(.fail(call, code))
                let what =
                    "call \(call) of \(calls), \(trial.faulty.calls.first(where: \.failed)?.name ?? "none"), errno \(code)"
                trial.check(delivered: error == nil, what)
                if let error {
                    switch error {
                    case .insufficientStorage: #expect(code == ENOSPC || code == EDQUOT, "\(what)")
                    case .failed: #expect(code != ENOSPC && code != EDQUOT, "\(what)")
                    }
                }
                checkSyncs(trial.faulty, what)
                // Afterwards all is well again.
                #expect(await trial.deliver(nil) == nil, "\(what)")
                trial.check(delivered: true, "again after \(what)")
            }
        }
    }

    /// F05: a descriptor whose flush failed is not flushed again.
    private func checkSyncs(_ faulty: FaultyDisk, _ what: String) {
        var failed: Set<CInt> = []
        for call in faulty.calls where call.name == "fsync" {
            #expect(!failed.contains(call.file), "flushed again: \(what)")
            if call.failed { failed.insert(call.file) }
        }
    }

    @Test("F05: only a flush, a write, an open, a link or a close that fails is a failure; each of them is one")
    func failures() async throws {
        let clean = try await Trial(warm: true)
        _ = await clean.deliver(nil)
        for (index, call) in clean.faulty.calls.enumerated() {
            let trial = try await Trial(warm: true)
            let error = await trial.deliver(.fail(index + 1, EIO))
            #expect((error != nil) == (call.name != "unlinkat"), "\(call.name)")
        }
    }

    @Test("F03: the disk is full from some call on, and stays full", arguments: [true, false])
    func full(warm: Bool) async throws {
        let clean = try await Trial(warm: warm)
        _ = await clean.deliver(nil)
        for call in 1...clean.faulty.count {
            let trial = try await Trial(warm: warm)
            let error = await trial.deliver(.full(call, ENOSPC))
            trial.check(delivered: error == nil, "full from call \(call)")
            if let error, case .failed = error { Issue.record("full from call \(call): \(error)") }
            #expect(await trial.deliver(nil) == nil)
            trial.check(delivered: true, "again after full from call \(call)")
        }
    }

    @Test("F06: short writes and interruptions change nothing", arguments: [true, false])
    func interruptions(warm: Bool) async throws {
        let short = try await Trial(warm: warm)
        #expect(await short.deliver(.shortWrites) == nil)
        short.check(delivered: true, "short writes")
        #expect(short.faulty.calls("write") > 10)
        let calls = try await {
            let trial = try await Trial(warm: warm); _ = await trial.deliver(nil); return trial.faulty
        }().calls
        for (index, call) in calls.enumerated() {
            guard ["openat", "write", "fsync", "close", "unlinkat"].contains(call.name) else { continue }
            let trial = try await Trial(warm: warm)
            #expect(await trial.deliver(.fail(index + 1, EINTR)) == nil, "\(call.name), call \(index + 1)")
            trial.check(delivered: true, "EINTR in call \(index + 1)")
        }
    }

    @Test("The content can't be read: its error's class is kept, and nothing is left")
    func content() async throws {
        struct Broken: MailContent {
            let error: any Error
            var count: Int { 100 }
            func read(_ body: (Span<UInt8>) throws -> Void) throws {
                try body([UInt8](repeating: 65, count: 50).span)
                throw error
            }
        }
        struct Other: Error {}
        for (error, wanted) in [
            (SpoolError.insufficientStorage(cause: "x"), DeliveryError.insufficientStorage(cause: "content: x")),
            (SpoolError.failed(cause: "x"), .failed(cause: "content: x")), (Other(), .failed(cause: "content: Other")),
        ] as [(any Error, DeliveryError)] {
            let trial = try await Trial(warm: true)
            await #expect(throws: wanted) {
                try await trial.house.mailboxes.deliver(
                    TestMessage.make(content: Broken(error: error)), to: TestMessage.recipients("ann", "cat"))
            }
            trial.check(delivered: false, "\(error)")
        }
    }

    @Test("More destinations than are open at one time")
    func many() async throws {
        let disk = MemoryDisk()
        let faulty = FaultyDisk(disk)
        let names = (0..<40).map { "box\($0)" }
        let house = try House(
            faulty, root: "/mail",
            folders: Dictionary(uniqueKeysWithValues: (names + ["ann"]).map { ($0, $0) }))
        try await house.mailboxes.prepare()
        let to = names.flatMap { TestMessage.recipients($0) }
        faulty.arm(nil)
        try await house.mailboxes.deliver(TestMessage.make(id: "FIRST"), to: to)
        let calls = faulty.count
        for call in stride(from: 1, through: calls, by: 7) {
            faulty.arm(.fail(call, EIO))
            let failed: Bool
            do {
                try await house.mailboxes.deliver(TestMessage.make(id: "N\(call)"), to: to)
                failed = false
            } catch { failed = true }
            for name in names {
                let files = disk.contents(of: "/mail/\(name)/new") ?? [:]
                #expect(files.keys.contains { $0.contains("RN\(call).") } == !failed, "call \(call)")
                #expect(disk.contents(of: "/mail/\(name)/tmp") == [:])
            }
        }
        var open = 0
        var most = 0
        try await house.mailboxes.prepare()
        faulty.arm(nil)
        try await house.mailboxes.deliver(TestMessage.make(id: "LAST"), to: to)
        for call in faulty.calls {
            if call.name == "openat" { open += 1 }
            if call.name == "close" { open -= 1 }
            most = max(most, open)
        }
        #expect(most <= GroupDelivery.openFiles)
    }
}
