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
            let overflow = folder.path + "/journal/overflow/message-1.1"
            while !FileManager.default.fileExists(atPath: overflow) { await Task.yield() }
            // Its mark goes out with the next message.
            let other = Sample.message(2)
            try await delivery.deliver(other, to: other.envelope.recipients)
        }
        let next = RecordingAgent()
        let delivery = try JournaledDelivery(next, in: folder.path + "/journal", settings: settings)
        delivery.start()
        await delivery.drain()
        #expect(next.delivered.contains("message-1"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/journal/overflow/message-1.1"))
    }

    @Test func aLargeMessageGoesStraightToTheMailboxes() async throws {
        var settings = settings
        settings.largestRecord = 1_000
        let delivery = try delivery(settings)
        delivery.start()
        let message = Sample.message(1, size: 5_000)
        try await delivery.deliver(message, to: message.envelope.recipients)
        #expect(agent.delivered == ["message-1"])
    }

    @Test func whenTooMuchWaitsAcceptingWaits() async throws {
        var settings = settings
        settings.maximumBacklog = 2_000
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
