import Foundation
import SMTP
import SamotopCore
import Synchronization

@testable import SamotopJournal

/// A folder that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// What this process has open in it.
    func openFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0)
        }.filter { $0.hasPrefix(path) }
    }
}

/// Counts, from any task.
final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func add() { value.withLock { $0 += 1 } }
}

enum Sample {
    /// - Parameters:
    ///   - folder: of the first mailbox.
    ///   - remote: another server's mailbox that the first recipient's mail goes to as well.
    static func message(
        _ number: Int, size: Int = 200, mailboxes: [String] = ["ann"], folder: String? = nil,
        remote: String? = nil
    ) -> ReceivedMessage {
        let recipients = mailboxes.enumerated().compactMap { index, name in
            Mailbox("\(name)\(index)@our.test").map {
                let filed = index == 0 ? folder.map { Destination.folder($0, of: name) } : nil
                let away = index == 0 ? remote.flatMap { Mailbox($0) }.map { Destination.remote($0) } : nil
                return Recipient(
                    path: .mailbox($0), parameters: RcptParameters(),
                    destinations: [filed ?? .mailbox(name)] + (away.map { [$0] } ?? []))
            }
        }
        let sender = Mailbox("\"a b\"@client.example").map { ReversePath.mailbox($0) } ?? .null
        let head = Array("Subject: \(number)\r\n\r\n".utf8)
        return ReceivedMessage(
            envelope: Envelope(
                id: "message-\(number)", reversePath: sender, parameters: MailParameters(), recipients: recipients,
                submitter: remote.map { Submitter(.authenticated, name: $0) }),
            trace: Array("Return-Path: <>\r\n".utf8),
            content: MemoryContent(head + (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }),
            received: Timestamp(seconds: 1_700_000_000, nanoseconds: 5))
    }

    /// For another server alone.
    static func outgoing(_ number: Int) -> ReceivedMessage {
        let message = message(number, mailboxes: [])
        var envelope = message.envelope
        envelope.recipients =
            Mailbox("bob@far.test").map {
                [Recipient(path: .mailbox($0), parameters: RcptParameters(), destinations: [.remote($0)])]
            } ?? []
        return ReceivedMessage(
            envelope: envelope, trace: message.trace, content: message.content, received: message.received)
    }
}

extension ReceivedMessage {
    var octets: [UInt8] { (content as? MemoryContent)?.bytes ?? [] }
}

/// Mailboxes that remember what they got, and fail as told.
final class RecordingAgent: BatchDeliveryAgent {
    struct State {
        var delivered: [String] = []
        var replays: [String] = []
        var failures: [String: Int] = [:]
        var batches: [Int] = []
        var contents: [String: [UInt8]] = [:]
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    let state = Mutex(State())

    var delivered: [String] { state.withLock { $0.delivered } }

    var contents: [String: [UInt8]] { state.withLock { $0.contents } }

    /// Mailboxes take no more mail; what goes elsewhere goes on.
    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let held = state.withLock { state in
            state.isHeld = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { .unknownMailbox }

    func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        if let error = await deliver([message], isReplay: false).first ?? nil { throw error }
    }

    func deliver(_ batch: [ReceivedMessage], isReplay: Bool) async -> [DeliveryError?] {
        let isOurs = batch.contains { message in
            message.envelope.recipients.contains { $0.destinations.contains { $0.mailbox != nil } }
        }
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                let waits = isOurs && state.isHeld
                if waits { state.held.append(continuation) }
                return !waits
            }
            if goesOn { continuation.resume() }
        }
        return state.withLock { state in
            state.batches.append(batch.count)
            return batch.map { message in
                let id = message.envelope.id
                if isReplay { state.replays.append(id) }
                if let left = state.failures[id], left > 0 {
                    state.failures[id] = left - 1
                    return .failed(cause: "as told")
                }
                state.delivered.append(id)
                var octets: [UInt8] = []
                try? message.content.read { slice in slice.withUnsafeBufferPointer { octets += $0 } }
                state.contents[id] = octets
                return nil
            }
        }
    }
}

extension Journal {
    /// Appends a message; returns its sequence number.
    func append(_ message: ReceivedMessage) async throws -> UInt64 {
        try await append(JournalRecord.message(message).encoded()).sequence
    }

    /// Opens a journal; also the messages that are to be delivered, and all that it still holds.
    static func opened(
        _ folder: String, _ settings: JournalSettings, alarm: @Sendable (String) -> Void = { _ in }
    ) throws -> (journal: Journal, left: [ReceivedMessage], recent: [ReceivedMessage]) {
        let (journal, held) = try open(folder, settings, alarm: alarm)
        func messages(_ held: [Held]) throws -> [ReceivedMessage] {
            try held.compactMap {
                guard case .message(let message)? = JournalRecord(try $0.place.octets(), largeContents: "") else {
                    return nil
                }
                return message
            }
        }
        let found = (try messages(held.filter { !$0.isSettled }), try messages(held))
        journal.release()
        return (journal, found.0, found.1)
    }
}

extension Segment {
    /// The octets of all records; nil when the segment isn't in use.
    func records() throws -> (records: [(sequence: UInt64, octets: [UInt8])], damaged: Int)? {
        var records: [(sequence: UInt64, octets: [UInt8])] = []
        let damaged = try replay { records.append(($0.sequence, $1)) }
        return damaged.map { (records, $0) }
    }
}
