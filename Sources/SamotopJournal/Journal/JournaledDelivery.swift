public import SMTP
public import SamotopCore
import Synchronization

/// A delivery agent that makes mail durable in a journal first, and delivers behind it.
///
/// ``deliver(_:to:)`` returns when the message is in the journal and on the device: one flush for all who wait. The mailboxes
/// are written behind, in batches, and each batch is marked in the journal; what a crash left unmarked is delivered at the next
/// start, once (see ``start()``). A message that can't be delivered is tried again with growing pauses, and is moved out
/// of the segments into a file of its own so that they can be used again; it is never dropped.
///
/// Messages larger than ``Settings/largestRecord`` go past the journal, into the mailboxes' own flushed files.
public final class JournaledDelivery: DeliveryAgent {
    /// Numbers and habits.
    public struct Settings: Sendable, Hashable {
        /// The segments.
        public var journal = JournalSettings()
        /// Octets of content up to which a message goes through the journal.
        public var largestRecord = 1 << 20
        /// Octets of accepted messages that may wait for their delivery; beyond that accepting waits.
        public var maximumBacklog = 64 << 20
        /// Messages delivered together.
        public var batch = 128
        /// The first pause before a failed delivery is tried again, in seconds; each further one is twice as long.
        public var firstRetry: Int64 = 1
        /// The longest pause, in seconds.
        public var longestRetry: Int64 = 300
        /// Failures after which a message leaves the segments.
        public var failuresInSegment = 3

        /// The defaults.
        public init() {}
    }

    private let agent: any BatchDeliveryAgent
    private let journal: Journal
    private let overflow: Overflow
    private let backlog: Backlog
    private let settings: Settings
    private let alarm: @Sendable (String) -> Void
    private let replayed: [Journal.Unsettled]

    /// Messages that the journal held at the start: their acknowledgements may have been lost.
    public let recent: [ReceivedMessage]

    /// Opens the journal in a folder, which is made when missing. Deliver nothing before ``start()``.
    ///
    /// - Parameter alarm: told, for the operator, of each delivery that failed after its message was accepted.
    public init(
        _ agent: any BatchDeliveryAgent, in folder: String, settings: Settings = Settings(),
        alarm: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        self.agent = agent
        self.settings = settings
        self.alarm = alarm
        try FolderListing.make(folder)
        overflow = try Overflow(folder: folder + "/overflow")
        (journal, replayed, recent) = try Journal.open(folder, settings.journal, alarm: alarm)
        backlog = Backlog(limit: settings.maximumBacklog)
    }

    /// Delivers what the last run has left, in the background.
    public func start() {
        let left = replayed.map { Backlog.Entry(place: .segment($0.sequence), message: $0.message, isReplay: true) }
        let kept = overflow.left().map { Backlog.Entry(place: .file($0.name), message: $0.message, isReplay: true) }
        if backlog.restore(left + kept) { startDelivering() }
    }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await agent.resolve(path) }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        var message = message
        if recipients != message.envelope.recipients { message = message.addressed(to: recipients) }
        guard message.content.count <= min(settings.largestRecord, journal.maximumRecord) else {
            return try await agent.deliver(message, to: recipients)
        }
        try await backlog.waitForRoom(message.content.count)
        let sequence: UInt64
        do {
            sequence = try await journal.append(message)
        } catch {
            backlog.giveUp(message.content.count)
            throw (error as? JournalError)?.deliveryError ?? DeliveryError.failed(cause: "journal: \(type(of: error))")
        }
        if backlog.add([Backlog.Entry(place: .segment(sequence), message: message, isReplay: false)]) {
            startDelivering()
        }
    }

    /// Waits until all that was accepted is delivered or has failed once more: before the program ends.
    public func drain() async { await backlog.waitUntilIdle() }

    // MARK: behind

    private func startDelivering() { Task.detached { [self] in await deliverAll() } }

    /// Runs until nothing is due.
    private func deliverAll() async {
        while true {
            let batch = backlog.take(settings.batch)
            guard !batch.isEmpty else { return }
            for isReplay in [true, false] {
                let part = batch.filter { $0.isReplay == isReplay }
                guard !part.isEmpty else { continue }
                let results = await agent.deliver(part.map(\.message), isReplay: isReplay)
                finish(Array(zip(part, results)))
            }
        }
    }

    private func finish(_ results: [(entry: Backlog.Entry, failure: DeliveryError?)]) {
        var settled: [UInt64] = []
        for (entry, failure) in results {
            guard let failure else {
                switch entry.place {
                case .segment(let sequence): settled.append(sequence)
                case .file(let name): overflow.remove(name)
                }
                backlog.finish(entry)
                continue
            }
            retry(entry, failure, &settled)
        }
        journal.settle(settled)
    }

    private func retry(_ entry: Backlog.Entry, _ failure: DeliveryError, _ settled: inout [UInt64]) {
        var entry = entry
        entry.failures += 1
        // It may have been delivered in part: look for that copy.
        entry.isReplay = true
        let exponent = min(entry.failures - 1, 30)
        let pause = min(settings.longestRetry, settings.firstRetry << exponent)
        alarm("message \(entry.message.envelope.id) waits for its delivery, next try in \(pause) s: \(failure.cause)")
        if case .segment(let sequence) = entry.place, entry.failures >= settings.failuresInSegment,
            let name = overflow.keep(entry.message, sequence)
        {
            entry.place = .file(name)
            settled.append(sequence)
        }
        backlog.postpone(entry)
        let delayed = entry
        Task.detached { [self] in
            try? await Task.sleep(for: .seconds(pause))
            if backlog.resume(delayed) { startDelivering() }
        }
    }
}

extension ReceivedMessage {
    /// The same message for some of its recipients.
    fileprivate func addressed(to recipients: [Recipient]) -> ReceivedMessage {
        var envelope = envelope
        envelope.recipients = recipients
        return ReceivedMessage(envelope: envelope, trace: trace, content: content, received: received)
    }
}

extension JournalError {
    var deliveryError: DeliveryError {
        isFull ? .insufficientStorage(cause: description) : .failed(cause: description)
    }
}

extension DeliveryError {
    var cause: String {
        switch self {
        case .insufficientStorage(let cause), .failed(let cause): cause
        }
    }
}
