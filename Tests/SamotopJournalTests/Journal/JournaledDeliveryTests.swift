import Foundation
import SamotopCore
import Synchronization
import Testing

@testable import SamotopJournal

@Suite struct JournaledDeliveryTests {
    private let folder: TemporaryFolder
    private let agent = RecordingAgent()
    init() throws { folder = try TemporaryFolder() }

    private var settings: JournaledDelivery.Settings {
        var settings = JournaledDelivery.Settings()
        settings.journal.segmentSize = 256 << 10
        settings.journal.maximumBatch = 128 << 10
        settings.firstRetry = 0
        settings.burst = .zero
        return settings
    }

    private func delivery(_ settings: JournaledDelivery.Settings? = nil) throws -> JournaledDelivery {
        try JournaledDelivery(agent, in: folder.path + "/journal", settings: settings ?? self.settings)
    }

    @Test func eachAcceptedMessageIsDeliveredOnce() async throws {
        let delivery = try delivery()
        delivery.start()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let message = Sample.message(number)
                    try await delivery.deliver(message, to: message.envelope.recipients)
                }
            }
            try await group.waitForAll()
        }
        await delivery.drain()
        #expect(agent.delivered.count == 200)
        #expect(Set(agent.delivered).count == 200)
    }

    @Test func theReplyDoesNotWaitForTheMailboxes() async throws {
        let delivery = try delivery()
        delivery.start()
        agent.hold()
        let message = Sample.message(1)
        try await delivery.deliver(message, to: message.envelope.recipients)
        #expect(agent.delivered.isEmpty)
        agent.release()
        await delivery.drain()
        #expect(agent.delivered == ["message-1"])
    }

    @Test func whatGoesElsewhereDoesNotWaitForTheMailboxes() async throws {
        let delivery = try delivery()
        delivery.start()
        agent.hold()
        for message in [Sample.message(1), Sample.message(2, remote: "bob@far.test"), Sample.outgoing(3)] {
            try await delivery.deliver(message, to: message.envelope.recipients)
        }
        while agent.delivered.isEmpty { await Task.yield() }
        #expect(agent.delivered == ["message-3"])
        agent.release()
        await delivery.drain()
        #expect(Set(agent.delivered) == ["message-1", "message-2", "message-3"])
        #expect(agent.delivered.count == 3)
    }

    @Test("F01: what was accepted and not delivered is delivered at the next start, as a replay") func restart()
        async throws
    {
        agent.hold()
        do {
            let delivery = try delivery()
            delivery.start()
            for number in 0..<10 {
                let message = Sample.message(number)
                try await delivery.deliver(message, to: message.envelope.recipients)
            }
        }
        let next = RecordingAgent()
        let delivery = try JournaledDelivery(next, in: folder.path + "/journal", settings: settings)
        #expect(delivery.recent.count == 10)
        delivery.start()
        await delivery.drain()
        #expect(Set(next.delivered).count == 10)
        #expect(next.state.withLock { $0.replays.count } == 10)
        agent.release()
    }

    @Test("P01: the instance's key is needed for what a crash left, and is taken up and left off between two starts")
    func instanceKey() async throws {
        var sealed = settings
        sealed.journal.instanceKey = [UInt8](repeating: 9, count: 32)
        sealed.journal.sealsKeys = true
        agent.hold()
        for settings in [settings, sealed] {
            let journaled = try delivery(settings)
            journaled.start()
            let message = Sample.message(journaled.recent.count)
            try await journaled.deliver(message, to: message.envelope.recipients)
        }
        #expect(throws: (any Error).self) { _ = try delivery(settings) }
        sealed.journal.sealsKeys = false
        let next = RecordingAgent()
        let last = try JournaledDelivery(next, in: folder.path + "/journal", settings: sealed)
        last.start()
        await last.drain()
        #expect(Set(next.delivered) == ["message-0", "message-1"])
        agent.release()
    }

    @Test("P01: of a message that left the segments and was delivered then, neither file nor key is left")
    func forgottenOverflow() throws {
        let overflow = try Overflow(folder: folder.path + "/overflow")
        let name = try #require(overflow.keep(Sample.message(1), 1))
        let path = "\(folder.path)/overflow/\(name)"
        // Whoever has the file still open sees what the device does.
        let file = try #require(FileHandle(forReadingAtPath: path))
        #expect(try #require(try file.read(upToCount: Segment.headerLength)).contains { $0 != 0 })
        overflow.remove(name)
        try file.seek(toOffset: 0)
        #expect(try #require(try file.read(upToCount: Segment.headerLength)).allSatisfy { $0 == 0 })
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a crash between the removal of the key and that of the file leaves nothing to be tried again")
    func keylessOverflow() throws {
        let overflow = try Overflow(folder: folder.path + "/overflow")
        let name = try #require(overflow.keep(Sample.message(1), 1))
        let kept = try #require(overflow.keep(Sample.message(2), 2))
        let segment = try Segment(path: "\(folder.path)/overflow/\(name)", size: 0)
        try segment.destroy()
        try segment.sync()
        #expect(overflow.left().map(\.name) == [kept])
        #expect(try FolderListing.names(folder.path + "/overflow") == [kept])
    }

    @Test("P01: what failed is told without id and mailbox where people are left out of the log")
    func alarmWithoutNames() async throws {
        let alarms = Mutex<[String]>([])
        agent.state.withLock { $0.failures["message-1"] = 1 }
        var quiet = settings
        quiet.namesMessages = false
        let delivery = try JournaledDelivery(agent, in: folder.path + "/journal", settings: quiet) { alarm in
            alarms.withLock { $0.append(alarm) }
        }
        delivery.start()
        let message = Sample.message(1)
        try await delivery.deliver(message, to: message.envelope.recipients)
        while agent.delivered.isEmpty { await Task.yield() }
        let told = alarms.withLock { $0 }
        #expect(told.count == 1 && told.allSatisfy { $0.hasPrefix("a message waits for its delivery, next try in ") })
    }

    @Test func aFailingDeliveryIsTriedAgain() async throws {
        let alarms = Counter()
        agent.state.withLock { $0.failures["message-1"] = 2 }
        let delivery = try JournaledDelivery(agent, in: folder.path + "/journal", settings: settings) { _ in
            alarms.add()
        }
        delivery.start()
        let message = Sample.message(1)
        try await delivery.deliver(message, to: message.envelope.recipients)
        while agent.delivered.isEmpty { await Task.yield() }
        #expect(agent.delivered == ["message-1"])
        #expect(alarms.count == 2)
    }

    @Test func whatFailsForLongLeavesTheSegmentsAndSurvivesARestart() async throws {
        agent.state.withLock { $0.failures["message-1"] = .max }
        do {
            let delivery = try delivery()
            delivery.start()
            let message = Sample.message(1)
            try await delivery.deliver(message, to: message.envelope.recipients)
            while try overflow().isEmpty { await Task.yield() }
            // Its mark goes out with the next message.
            let other = Sample.message(2)
            try await delivery.deliver(other, to: other.envelope.recipients)
        }
        let next = RecordingAgent()
        let delivery = try JournaledDelivery(next, in: folder.path + "/journal", settings: settings)
        delivery.start()
        await delivery.drain()
        #expect(next.delivered.contains("message-1"))
        #expect(try overflow().isEmpty)
    }

    /// Messages in files of their own.
    private func overflow() throws -> [String] {
        try FolderListing.names(folder.path + "/journal/overflow").filter { $0.hasPrefix("message-") }
    }

    @Test("F01: a large message rests in a sealed file of its own, and is delivered after a restart") func large()
        async throws
    {
        var settings = settings
        settings.largestRecord = 1_000
        settings.forgetting = 0
        let message = Sample.message(1, size: 200_000)
        agent.hold()
        do {
            let delivery = try delivery(settings)
            delivery.start()
            try await delivery.deliver(message, to: message.envelope.recipients)
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/journal/large")
        #expect(files.count == 1)
        for name in files {
            let sealed = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/journal/large/" + name))
            #expect(sealed.range(of: Data(message.octets[100..<164])) == nil)
        }
        // What a crash has left of a message that nobody was promised.
        let orphan = folder.path + "/journal/large/orphan"
        #expect(FileManager.default.createFile(atPath: orphan, contents: Data("x".utf8)))
        let next = RecordingAgent()
        let delivery = try JournaledDelivery(next, in: folder.path + "/journal", settings: settings)
        delivery.start()
        await delivery.drain()
        #expect(next.contents["message-1"] == message.octets)
        #expect(!FileManager.default.fileExists(atPath: orphan))
        // The file goes when the journal has on record that it isn't needed.
        while try !FileManager.default.contentsOfDirectory(atPath: folder.path + "/journal/large").isEmpty {
            await Task.yield()
        }
        agent.release()
    }

    @Test("A large message that waits in the spool's sealed file is not written again") func largeFromSpool()
        async throws
    {
        var settings = settings
        settings.largestRecord = 1_000
        var spoolSettings = SealedSpoolSettings()
        spoolSettings.threshold = 1_000
        spoolSettings.reservedBytes = 0
        let spool = SealedSpool(directory: folder.path, threads: StorageThreads(), settings: spoolSettings)
        let intake = try spool.open(declaredSize: nil) {}
        let octets = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        _ = try intake.append(octets.span)
        let content = try await intake.finish()
        agent.hold()
        let delivery = try delivery(settings)
        delivery.start()
        let sample = Sample.message(1)
        let message = ReceivedMessage(
            envelope: sample.envelope, trace: sample.trace, content: content, received: sample.received)
        try await delivery.deliver(message, to: message.envelope.recipients)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/journal/large")
        let name = try #require(names.first)
        // The same file: what the spool still holds open can be changed through it, and the tag notices.
        let path = folder.path + "/journal/large/" + name
        let file = open(path, O_RDWR)
        defer { close(file) }
        var byte: UInt8 = 0
        #expect(pread(file, &byte, 1, 10) == 1)
        byte ^= 1
        #expect(pwrite(file, &byte, 1, 10) == 1)
        #expect(throws: SpoolError.self) { try content.read { _ in } }
        byte ^= 1
        #expect(pwrite(file, &byte, 1, 10) == 1)
        agent.release()
        await delivery.drain()
        #expect(agent.contents["message-1"] == octets)
    }

    @Test("When all is delivered and no mail comes, nothing of it can be read from the disk any more") func forgetting()
        async throws
    {
        var settings = settings
        settings.forgetting = 0
        let delivery = try delivery(settings)
        delivery.start()
        let message = Sample.message(1)
        try await delivery.deliver(message, to: message.envelope.recipients)
        await delivery.drain()
        let path = folder.path + "/journal/segment-0"
        func header() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path)).prefix(4_096)) }
        while try header().contains(where: { $0 != 0 }) { await Task.yield() }
        let other = Sample.message(2)
        try await delivery.deliver(other, to: other.envelope.recipients)
        await delivery.drain()
        #expect(agent.delivered == ["message-1", "message-2"])
    }

    @Test func whenTooMuchWaitsAcceptingWaits() async throws {
        var settings = settings
        settings.maximumBacklog = 5_000
        let delivery = try delivery(settings)
        delivery.start()
        agent.hold()
        let accepted = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let message = Sample.message(number, size: 500)
                    try await delivery.deliver(message, to: message.envelope.recipients)
                    accepted.add()
                }
            }
            while accepted.count < 4 { await Task.yield() }
            for _ in 0..<1_000 { await Task.yield() }
            #expect(accepted.count < 20)
            agent.release()
            try await group.waitForAll()
        }
        await delivery.drain()
        #expect(agent.delivered.count == 20)
    }
}
