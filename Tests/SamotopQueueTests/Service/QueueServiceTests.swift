import Dispatch
import Glibc
import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopQueue

@Suite struct QueueServiceTests {
    @Test("Mail that comes while it runs goes out at once, and nothing is left")
    func goesOut() async throws {
        let office = Office()
        let run = await office.start()
        let messages = (0..<50).map { Sample.message("m\($0)", to: ["a@a.test", "b@b.test"]) }
        #expect(try await office.service.add(messages) == Array(repeating: true, count: 50))
        #expect(try await office.service.add([Sample.message("m3")]) == [false])
        await office.settle()
        #expect(office.peers.delivered.count == 100)
        #expect(Set(office.peers.delivered).count == 100)
        #expect(try await office.contents().messages.isEmpty)
        #expect(office.events.all.filter { if case .finished = $0 { true } else { false } }.count == 50)
        await office.service.stop()
        try await run.value
        await #expect(throws: QueueStoreError.self) {
            try await office.service.perform(.hold(words: "x"), on: .message("n"))
        }
    }

    @Test("O07: five days of a message, by the service's own clock: attempts, warning, failure, each told once")
    func fiveDays() async throws {
        let peers = FakePeers { job, _ in
            job.destination.text == "home" ? .delivered(Sample.accepted) : .postponed(Sample.greylisted)
        }
        let office = Office(MemoryQueueStore(), peers)
        let run = await office.start()
        _ = try await office.service.add([Sample.message("m")])
        await office.pass(6 * 86_400)
        #expect(office.writer.notices.map(\.kind) == [.delayed, .failed])
        #expect(peers.delivered == office.writer.notices.map { "\($0.id)/0" })
        #expect(try await office.contents().messages.isEmpty)
        #expect(office.events.all.contains(.clockJumped(seconds: 0)) == false)
        #expect(office.events.all.filter { if case .clockJumped = $0 { true } else { false } }.isEmpty)
        await office.service.stop()
        try await run.value
    }

    @Test("What was queued before the start, and what is owed since the last, is done after it")
    func restart() async throws {
        let store = MemoryQueueStore()
        var owing = RecipientStatus(since: Sample.start.milliseconds)
        owing.state = .failed
        owing.owed = OwedNotices(.failed)
        var detail = RecipientDetail()
        detail.failure = Sample.unknown
        owing.detail = detail.octets
        _ = try await store.add([Sample.message("owing"), Sample.message("waiting")])
        try await store.record([.status(id: "owing", MessageStatus([owing]))])
        let office = Office(store)
        _ = try await office.service.add([Sample.message("early")])
        #expect(office.peers.attempts == 0)
        let run = await office.start()
        while office.peers.delivered.count < 3 { await Task.yield() }
        await office.settle()
        #expect(office.writer.notices.map(\.message.id) == ["owing"])
        #expect(office.writer.notices.first?.recipients.first?.failure == Sample.unknown)
        #expect(Set(office.peers.delivered) == ["waiting/0", "early/0", "\(office.writer.notices[0].id)/0"])
        #expect(try await office.contents().messages.isEmpty)
        run.cancel()
        try await run.value
    }

    @Test("A notification that can't be written is tried again, and queued once")
    func stubbornWriter() async throws {
        let peers = FakePeers { job, _ in
            job.destination.text == "home" ? .delivered(Sample.accepted) : .refused(Sample.unknown)
        }
        let office = Office(MemoryQueueStore(), peers, PlainWriter(failing: 3))
        let run = await office.start()
        _ = try await office.service.add([Sample.message("m")])
        await office.pass(280)
        #expect(office.writer.notices.count == 1)
        #expect(peers.delivered == [])
        await office.pass(1_000)
        #expect(office.writer.notices.count == 4)
        #expect(peers.delivered.count == 1)
        #expect(try await office.contents().messages.isEmpty)
        await office.service.stop()
        try await run.value
    }

    @Test("A graceful stop lets deliveries end, begins none, and records what came of them")
    func gracefulStop() async throws {
        let office = Office()
        let run = await office.start()
        office.peers.hold()
        _ = try await office.service.add((0..<10).map { Sample.message("m\($0)") })
        while office.peers.waiting < 2 { await Task.yield() }
        await office.service.stop()
        office.peers.release()
        try await run.value
        #expect(office.peers.delivered.count == 2)
        #expect(try await office.contents().messages.count == 8)
    }

    @Test("A delivery that doesn't end is cancelled when patience is over, and its message stays queued")
    func impatientStop() async throws {
        let office = Office()
        let run = await office.start()
        office.peers.hold()
        _ = try await office.service.add([Sample.message("m")])
        while office.peers.waiting < 1 { await Task.yield() }
        await office.service.stop()
        while office.sleeper.earliest != office.clock.now().milliseconds + 30_000 { await Task.yield() }
        office.clock.advance(by: 30)
        office.sleeper.wake()
        try await run.value
        #expect(office.peers.delivered == [])
        let left = try await office.contents()
        #expect(left.messages.map(\.facts.id) == ["m"])
        #expect(left.messages.first?.status.recipients.first?.attempts == 1)
    }

    @Test("A command is durable when it returns, and wakes the queue")
    func commands() async throws {
        let office = Office(MemoryQueueStore(), FakePeers { _, _ in .postponed(Sample.unreachable) })
        let run = await office.start()
        _ = try await office.service.add([Sample.message("m"), Sample.message("n")])
        await office.settle()
        let control: any QueueControl = office.service
        #expect(try await control.perform(.hold(words: "x"), on: .message("m")).changed == 1)
        #expect(try await office.contents().byID["m"]?.status.recipients.first?.state == .held)
        #expect(await control.totals().held == 1)
        #expect(await control.message("m")?.recipients.first?.state == .held)
        #expect(await control.list(QueueQuery(), after: nil, limit: 10).entries.count == 2)
        #expect(await control.destinations(limit: 10).map(\.name) == ["a.test"])
        let before = office.peers.attempts
        _ = try await control.perform(.retry, on: .message("n"))
        await office.settle()
        #expect(office.peers.attempts == before + 1)
        #expect(try await control.perform(.drop, on: .matching(QueueQuery())).changed == 2)
        #expect(try await office.contents().messages.isEmpty)
        await office.service.stop()
        try await run.value
    }

    @Test("Content that can't be read is held for a person, not tried for ever and not returned")
    func damagedContent() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        _ = try await store.add([Sample.message("m"), Sample.message("n")])
        await store.close()
        disk.change(disk.segment) { $0[SegmentHeader.length + 60] ^= 1 }
        let again = try await StoreHouse.open(disk)
        let office = Office(again)
        let run = await office.start()
        while office.peers.delivered.isEmpty { await Task.yield() }
        await office.settle()
        #expect(office.peers.delivered == ["n/0"])
        #expect(await office.service.message("m")?.recipients.first?.hold == "its content can't be read")
        #expect(office.writer.notices.isEmpty)
        await office.service.stop()
        try await run.value
    }

    @Test("D2: when the store can't go on, no delivery begins any more, and run tells why")
    func brokenStore() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        let office = Office(store) { $0.maximumUnrecorded = 3 }
        let run = await office.start()
        _ = try await office.service.add([Sample.message("m")])
        await office.settle()
        office.peers.hold()
        _ = try await office.service.add((0..<20).map { Sample.message("n\($0)") })
        while office.peers.waiting < 1 { await Task.yield() }
        disk.arm(.fail(1, EIO, calls: ["fdatasync"], forEver: true))
        office.peers.release()
        for _ in 1..<SegmentLog.maximumFailures { await office.passStorePause() }
        await #expect(throws: QueueStoreError.self) { try await run.value }
        #expect(office.peers.attempts < 20)
        await #expect(throws: QueueStoreError.self) { try await office.service.add([Sample.message("o")]) }
    }

    @Test("F03: a full disk stops deliveries until it takes what came of them; nothing is delivered twice")
    func fullStore() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        let office = Office(store)
        let run = await office.start()
        office.peers.hold()
        _ = try await office.service.add((0..<10).map { Sample.message("m\($0)") })
        while office.peers.waiting < 2 { await Task.yield() }
        disk.arm(.fail(1, ENOSPC, calls: ["pwrite"]))
        office.peers.release()
        while !office.events.all.contains(.storeFull) { await Task.yield() }
        await office.passStorePause()
        while office.peers.delivered.count < 10 { await Task.yield() }
        await office.settle()
        #expect(Set(office.peers.delivered).count == 10)
        #expect(office.peers.delivered.count == 10)
        await office.service.stop()
        try await run.value
        #expect(try await StoreHouse.open(disk.afterKill()).load().messages.isEmpty)
    }

    @Test(
        "F05: one failed flush of what came of deliveries is told, and recorded a little later; nothing is delivered twice"
    )
    func failedOnce() async throws {
        let disk = MemoryDisk()
        let office = Office(try await StoreHouse.open(disk))
        let run = await office.start()
        office.peers.hold()
        _ = try await office.service.add((0..<10).map { Sample.message("m\($0)") })
        while office.peers.waiting < 2 { await Task.yield() }
        disk.arm(.fail(1, EIO, calls: ["fdatasync"]))
        office.peers.release()
        let isTold = { office.events.all.contains { if case .storeFailed = $0 { true } else { false } } }
        while !isTold() { await Task.yield() }
        await office.passStorePause()
        while office.peers.delivered.count < 10 { await Task.yield() }
        await office.settle()
        #expect(Set(office.peers.delivered).count == 10)
        #expect(office.peers.delivered.count == 10)
        await office.service.stop()
        try await run.value
        #expect(try await StoreHouse.open(disk.afterKill()).load().messages.isEmpty)
    }

    @Test(
        "D6: crashed at every call of the disk, each message arrives; twice only if its end wasn't recorded",
        arguments: [true, false])
    func crashedAtEveryCall(isPowerCut: Bool) async throws {
        var random = SplitMix(seed: 11)
        var deaths = 0
        for at in stride(from: 1, to: 90, by: isPowerCut ? 5 : 3) {
            let first = MemoryDisk()
            let peers = FakePeers()
            var promised: [String] = []
            do {
                let store = try await StoreHouse.open(first)
                let office = Office(store, peers)
                let run = await office.start()
                first.arm(.die(at))
                for number in 0..<12 {
                    guard (try? await office.service.add([Sample.message("m\(number)")])) != nil else { break }
                    promised.append("m\(number)/0")
                }
                await office.service.stop()
                do { try await run.value } catch { deaths += 1 }
            }
            let before = peers.delivered
            let found = isPowerCut ? first.afterPowerCut(&random) : first.afterKill()
            let again = Office(try await StoreHouse.open(found), peers)
            let left = try await StoreHouse.open(found.afterKill()).load().messages.count
            let run = await again.start()
            while peers.delivered.count < before.count + left { await Task.yield() }
            await again.settle()
            await again.service.stop()
            try await run.value
            let counts = Dictionary(grouping: peers.delivered) { $0 }.mapValues(\.count)
            for id in promised { #expect(counts[id] ?? 0 >= 1, "call \(at): \(id) is lost") }
            #expect(counts.values.allSatisfy { $0 <= 2 }, "call \(at)")
            // Only deliveries whose end could not be recorded: no more than there may be unrecorded.
            #expect(Set(before).count == before.count, "call \(at)")
        }
        #expect(deaths > 5)
    }

    @Test("Never more unrecorded outcomes than allowed")
    func unrecorded() async throws {
        let disk = MemoryDisk()
        let store = try await StoreHouse.open(disk)
        let office = Office(store) {
            $0.maximumUnrecorded = 5
            $0.destination.initialJobs = 3
            $0.destination.maximumJobs = 3
        }
        let messages = (0..<100).map { Sample.message("m\($0)", size: 1) }
        _ = try await office.service.add(messages)
        let gate = Gate()
        disk.beforeSync { gate.wait() }
        let run = await office.start()
        while office.peers.delivered.count < 5 { await Task.yield() }
        for _ in 0..<2_000 { await Task.yield() }
        #expect(office.peers.delivered.count <= 5 + 3)
        disk.beforeSync(nil)
        gate.open()
        while office.peers.delivered.count < 100 { await Task.yield() }
        await office.settle()
        await office.service.stop()
        try await run.value
        #expect(Set(office.peers.delivered).count == 100)
    }

    @Test("Deliveries run on the executor that is named for their destination, and else in Swift's own pool")
    func executor() async throws {
        final class Counting: TaskExecutor {
            let jobs = Atomic(0)
            private let queue = DispatchQueue(label: "counting")
            func enqueue(_ job: consuming ExecutorJob) {
                jobs.add(1, ordering: .relaxed)
                let job = UnownedJob(job)
                queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
            }
        }
        let (clock, executor, peers) = (ManualClock(), Counting(), FakePeers())
        let service = QueueService(
            store: MemoryQueueStore(), transport: peers, notices: PlainWriter(), clock: clock,
            sleeper: ManualSleeper(clock), seed: 1,
            executor: { $0 == QueueDestination(name: "a.test") ? executor : nil })
        let run = Task { try await service.run() }
        _ = try await service.add([Sample.message("elsewhere", to: ["bob@b.test"])])
        while peers.delivered.count < 1 { await Task.yield() }
        #expect(executor.jobs.load(ordering: .relaxed) == 0)
        _ = try await service.add([Sample.message("here", to: ["bob@a.test"])])
        while peers.delivered.count < 2 { await Task.yield() }
        #expect(executor.jobs.load(ordering: .relaxed) > 0)
        await service.stop()
        try await run.value
    }
}
