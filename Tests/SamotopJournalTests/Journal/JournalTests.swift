import Foundation
import SMTP
import SamotopCore
import Testing

@testable import SamotopJournal

@Suite struct JournalTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private var small: JournalSettings {
        var settings = JournalSettings()
        settings.segmentSize = 64 << 10
        settings.maximumSegments = 3
        settings.maximumBatch = 32 << 10
        return settings
    }

    @Test func aMessageComesBackWithAllItsParts() throws {
        let message = Sample.message(1, mailboxes: ["ann", "bob"])
        let record = try #require(
            JournalRecord(try JournalRecord.message(message).encoded(), largeContents: ""))
        guard case .message(let read) = record else {
            Issue.record("not a message")
            return
        }
        #expect(read.envelope == message.envelope)
        #expect(read.trace == message.trace)
        #expect(read.octets == message.octets)
        #expect(read.received == message.received)
    }

    @Test func aCutRecordIsNone() throws {
        for (folder, remote) in [
            (nil, nil), ("New contacts", nil), (nil, "eve@out.test"), ("New contacts", "eve@out.test"),
        ] {
            let octets = try JournalRecord.message(Sample.message(1, folder: folder, remote: remote)).encoded()
            for count in 0..<octets.count where JournalRecord(Array(octets.prefix(count)), largeContents: "") != nil {
                Issue.record("\(count) octets are read as a record")
            }
        }
    }

    @Test("Who answers for a message is kept with it: it may go later, or on from its mailbox", arguments: [60, nil])
    func submitter(seconds: UInt32?) throws {
        let message = Sample.message(1)
        var envelope = message.envelope
        envelope.parameters.release = seconds.map { .after(seconds: $0) }
        envelope.submitter = Submitter(.authenticated, name: "ann")
        let later = ReceivedMessage(
            envelope: envelope, trace: message.trace, content: message.content, received: message.received)
        let octets = try JournalRecord.message(later).encoded()
        guard case .message(let read)? = JournalRecord(octets, largeContents: "/nowhere") else {
            Issue.record("it can't be read")
            return
        }
        #expect(read.envelope == envelope)
    }

    @Test func aFolderSurvivesACrash() async throws {
        do {
            let (journal, _, _) = try Journal.opened(folder.path, small)
            _ = try await journal.append(Sample.message(1, mailboxes: ["ann", "bob"], folder: "New contacts"))
            _ = try await journal.append(Sample.message(2))
        }
        let (_, left, _) = try Journal.opened(folder.path, small)
        #expect(
            left.map { $0.envelope.recipients.flatMap(\.destinations) } == [
                [.folder("New contacts", of: "ann"), .mailbox("bob")], [.mailbox("ann")],
            ])
        #expect(left.first?.octets == Sample.message(1).octets)
    }

    @Test func anotherServersMailboxSurvivesACrash() async throws {
        do {
            let (journal, _, _) = try Journal.opened(folder.path, small)
            _ = try await journal.append(
                Sample.message(1, mailboxes: ["ann", "bob"], folder: "New contacts", remote: "\"e v e\"@öut.test"))
        }
        let (_, left, _) = try Journal.opened(folder.path, small)
        let eve = try #require(Mailbox("\"e v e\"@öut.test"))
        #expect(
            left.map { $0.envelope.recipients.flatMap(\.destinations) } == [
                [.folder("New contacts", of: "ann"), .remote(eve), .mailbox("bob")]
            ])
        #expect(left.first?.envelope.submitter == Submitter(.authenticated, name: "\"e v e\"@öut.test"))
    }

    @Test func largeContentIsFiledToo() throws {
        let large = LargeContent(
            count: 7, key: [UInt8](repeating: 1, count: SegmentSeal.keyLength), folder: "large", name: "x")
        let sample = Sample.message(1, folder: "New contacts")
        let message = ReceivedMessage(
            envelope: sample.envelope, trace: sample.trace, content: large, received: sample.received)
        let octets = try JournalRecord.message(message).encoded()
        guard case .message(let read)? = JournalRecord(octets, largeContents: "large"),
            case .message? = JournalRecord.Kind(octets)
        else {
            Issue.record("not a message")
            return
        }
        #expect(read.envelope == message.envelope)
        #expect((read.content as? LargeContent)?.name == "x")
    }

    /// Octets as they were written before mail could be filed in folders.
    @Test func recordsOfBeforeAreRead() throws {
        var writer = OctetWriter()
        writer.write(UInt8(1))
        writer.write(Array("message-1".utf8))
        writer.write(Array("MAIL FROM:<>".utf8))
        writer.write(UInt32(1))
        writer.write(Array("RCPT TO:<ann0@our.test>".utf8))
        writer.write(UInt32(2))
        writer.write(Array("ann".utf8))
        writer.write(Array("bob".utf8))
        writer.write(UInt64(1_700_000_000))
        writer.write(UInt32(5))
        writer.write(Array("Return-Path: <>\r\n".utf8))
        writer.write(Array("Subject: 1\r\n\r\n".utf8))
        guard case .message(let read)? = JournalRecord(writer.octets, largeContents: "") else {
            Issue.record("not a message")
            return
        }
        #expect(read.envelope.recipients.map(\.destinations) == [[.mailbox("ann"), .mailbox("bob")]])
        // And what goes into no folder is still written so.
        #expect(try JournalRecord.message(read).encoded() == writer.octets)
    }

    @Test func whatWasNotSettledIsReplayedInOrder() async throws {
        do {
            let (journal, left, _) = try Journal.opened(folder.path, small)
            #expect(left.isEmpty)
            var sequences: [UInt64] = []
            for number in 0..<20 { sequences.append(try await journal.append(Sample.message(number))) }
            journal.settle(Array(sequences.prefix(5)))
            // Marks go out with the next batch.
            _ = try await journal.append(Sample.message(20))
        }
        let (_, left, recent) = try Journal.opened(folder.path, small)
        #expect(left.map(\.envelope.id) == (5...20).map { "message-\($0)" })
        #expect(recent.count == 21)
    }

    @Test func manyAtOnceAreAllThere() async throws {
        var settings = small
        settings.maximumSegments = 40
        do {
            let (journal, _, _) = try Journal.opened(folder.path, settings)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<1_000 {
                    group.addTask { _ = try await journal.append(Sample.message(number, size: number)) }
                }
                try await group.waitForAll()
            }
        }
        let (_, left, _) = try Journal.opened(folder.path, settings)
        #expect(Set(left.map(\.envelope.id)).count == 1_000)
        let all = left.allSatisfy { entry in
            Int(entry.envelope.id.dropFirst(8)).map {
                Sample.message($0, size: $0).octets == entry.octets
            } ?? false
        }
        #expect(all)
    }

    @Test func segmentsAreUsedAgain() async throws {
        let (journal, _, _) = try Journal.opened(folder.path, small)
        for number in 0..<500 {
            let sequence = try await journal.append(Sample.message(number, size: 1_000))
            journal.settle([sequence])
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files.count <= 3)
    }

    @Test func withoutAFreeSegmentAcceptingWaits() async throws {
        let (journal, _, _) = try Journal.opened(folder.path, small)
        let total = 300
        let appended = try await withThrowingTaskGroup(of: UInt64.self) { group in
            for number in 0..<total { group.addTask { try await journal.append(Sample.message(number, size: 1_000)) } }
            // Far more than three segments hold: it ends only because what came back is settled.
            var count = 0
            for try await sequence in group {
                count += 1
                journal.settle([sequence])
            }
            return count
        }
        #expect(appended == total)
    }

    @Test("F03: a device without space fails the message, and nothing of it stays") func noSpace() async throws {
        var settings = small
        settings.segmentSize = 1 << 50
        let (journal, _, _) = try Journal.opened(folder.path, settings)
        for number in 0..<20 {
            await #expect(throws: JournalError.self) { try await journal.append(Sample.message(number)) }
        }
        #expect(try FolderListing.names(folder.path).isEmpty)
        #expect(try folder.openFiles().isEmpty)
        let (_, left, _) = try Journal.opened(folder.path, small)
        #expect(left.isEmpty)
    }

    @Test("F03: a start without space delivers what is held, and drops a segment that was cut short") func fullStart()
        throws
    {
        do {
            let segment = try Segment(path: folder.path + "/segment-0", size: small.segmentSize)
            segment.begin(generation: 1)
            try segment.append([(sequence: 1, octets: try JournalRecord.message(Sample.message(1)).encoded())])
            try segment.sync()
            try Data(count: 100).write(to: URL(fileURLWithPath: folder.path + "/segment-1"))
        }
        var large = small
        large.segmentSize = 1 << 50
        let (_, left, _) = try Journal.opened(folder.path, large)
        #expect(left.map(\.envelope.id) == ["message-1"])
        #expect(try !FolderListing.names(folder.path).contains("segment-1"))
    }

    @Test func theNextSegmentIsThereBeforeItIsNeeded() async throws {
        let (journal, _, _) = try Journal.opened(folder.path, small)
        _ = try await journal.append(Sample.message(1))
        // The second append finds the spare that followed the first one.
        _ = try await journal.append(Sample.message(2, size: 30_000))
        _ = try await journal.append(Sample.message(3, size: 30_000))
        let (_, left, _) = try Journal.opened(folder.path, small)
        #expect(left.map(\.envelope.id) == ["message-1", "message-2", "message-3"])
    }

    @Test("I09: what only has the name of a segment is left alone, and told") func foreignFiles() async throws {
        try FileManager.default.createDirectory(atPath: folder.path + "/segment-0", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/segment-1", withDestinationPath: "/etc/passwd")
        #expect(mkfifo(folder.path + "/segment-2", 0o600) == 0)
        let alarms = Counter()
        let (journal, left, _) = try Journal.opened(folder.path, small) { _ in alarms.add() }
        #expect(alarms.count == 3)
        #expect(left.isEmpty)
        _ = try await journal.append(Sample.message(1))
        let (_, again, _) = try Journal.opened(folder.path, small)
        #expect(again.count == 1)
    }

    @Test("F05: what was refused after all is neither delivered nor remembered as delivered") func cancelled()
        async throws
    {
        do {
            let segment = try Segment(path: folder.path + "/segment-0", size: small.segmentSize)
            segment.begin(generation: 1)
            try segment.append([
                (sequence: 1, octets: try JournalRecord.message(Sample.message(1)).encoded()),
                (sequence: 2, octets: try JournalRecord.message(Sample.message(2)).encoded()),
                (sequence: 3, octets: try JournalRecord.cancelled([1]).encoded()),
            ])
            try segment.sync()
        }
        let (_, left, recent) = try Journal.opened(folder.path, small)
        #expect(left.map(\.envelope.id) == ["message-2"])
        #expect(recent.map(\.envelope.id) == ["message-2"])
    }
}
