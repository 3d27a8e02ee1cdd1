public import SMTP
public import SamotopCore
import Synchronization

/// A delivery agent that makes mail durable in a journal first, and delivers behind it.
///
/// ``deliver(_:to:)`` returns when the message is in the journal and on the device: one flush for all who wait. The mailboxes
/// are written behind, in batches, and each batch is marked in the journal; what a crash left unmarked is delivered at the next
/// start, once (see ``start()``). What waits is on the device only, and takes next to no memory. A message that can't be
/// delivered is tried again with growing pauses, and is moved out of the segments into a file of its own so that they can
/// be used again; it is never dropped.
///
/// Content larger than ``Settings/largestRecord`` rests in a sealed file of its own, and only its key goes into the journal.
public final class JournaledDelivery: DeliveryAgent {
    private let agent: any BatchDeliveryAgent
    let journal: Journal
    private let overflow: Overflow
    private let largeContents: LargeContents
    let backlog: Backlog
    private let settings: Settings
    private let alarm: @Sendable (String) -> Void
    private let threads = StorageThreads(count: 4, name: "journal")
    private let replayed: [Backlog.Entry]
    private let isForgetting = Atomic(false)
    private let policies: Mutex<[Backlog.Lane: BurstPolicy]>
    private let opened = ContinuousClock.now

    /// Messages that the journal held at the start: their acknowledgements may have been lost. Each is read when it is called;
    /// good until ``start()``.
    public let recent: [@Sendable () throws -> ReceivedMessage]

    /// Most messages in ``recent``.
    private static let maximumRecent = 10_000

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
        overflow = try Overflow(folder: folder + "/overflow", wrap: settings.journal.wrap)
        largeContents = try LargeContents(folder: folder + "/large")
        let held: [Journal.Held]
        (journal, held) = try Journal.open(folder, settings.journal, alarm: alarm)
        replayed =
            overflow.left().map { Backlog.Entry(place: .file($0.name), size: $0.size, isReplay: true) }
            + held.lazy.filter { !$0.isSettled }.map {
                Backlog.Entry(place: .segment($0.place), size: $0.place.length, isReplay: true)
            }
        let large = largeContents.folder
        recent = held.suffix(Self.maximumRecent).map { held in
            { try Self.message(held.place.octets(), large, held.place.file.path) }
        }
        backlog = Backlog(limit: settings.maximumBacklog)
        let octets = settings.maximumBacklog / 2
        policies = Mutex([
            .mailboxes: BurstPolicy(patience: settings.burst, maximumOctets: octets),
            .elsewhere: BurstPolicy(patience: .zero, maximumOctets: octets),
        ])
    }

    /// Delivers what the last run has left, in the background.
    public func start() {
        sweepLargeContents()
        journal.release()
        let lanes = backlog.restore(replayed)
        startDelivering(lanes)
        if lanes.isEmpty { forgetWhenIdle() }
    }

    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await agent.resolve(path) }

    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        var message = message
        if recipients != message.envelope.recipients { message = message.with(recipients: recipients) }
        let size = message.content.count + message.trace.count + Self.envelopeEstimate
        try await backlog.waitForRoom(size)
        let place: RecordPlace
        do {
            place = try await journal.append(try await record(message))
        } catch {
            backlog.giveUp(size)
            throw Self.deliveryError(error)
        }
        startDelivering(backlog.add([Backlog.Entry(message, at: place, size: size)]))
    }

    static func deliveryError(_ error: any Error) -> DeliveryError {
        switch error {
        case let error as DeliveryError: error
        case let error as JournalError: error.deliveryError
        default: .failed(cause: "journal: \(type(of: error))")
        }
    }

    /// Waits until all that was accepted is delivered or has failed once more: before the program ends.
    public func drain() async { await backlog.waitUntilIdle() }

    /// Octets that an envelope takes, about.
    static let envelopeEstimate = 512

    func record(_ message: ReceivedMessage) async throws -> [UInt8] {
        let content = message.content
        let isLarge = content.count > min(settings.largestRecord, journal.maximumRecord / 2)
        if !isLarge, content is MemoryContent || content is HeldContent {
            return try JournalRecord.message(message).encoded()
        }
        return try await threads.run { [largeContents] in
            guard isLarge else { return try JournalRecord.message(message).encoded() }
            let kept = try largeContents.keep(content)
            return try JournalRecord.message(message.with(content: kept)).encoded()
        }
    }

    // MARK: behind

    func startDelivering(_ lanes: [Backlog.Lane]) {
        for lane in lanes { Task.detached { [self] in await deliverAll(lane) } }
    }

    /// Runs until nothing is due in the lane.
    private func deliverAll(_ lane: Backlog.Lane) async {
        while true {
            let load = backlog.load(of: lane)
            let now = opened.duration(to: .now)
            let pause = policies.withLock { policies in
                policies[lane]?.pause(due: load.due, octets: load.octets, accepted: load.accepted, now: now)
            }
            if let pause {
                try? await Task.sleep(for: pause)
                continue
            }
            let batch = backlog.take(settings.batch, octets: settings.batchOctets, of: lane)
            guard !batch.isEmpty else { return forgetWhenIdle() }
            for isReplay in [true, false] {
                let part = batch.filter { $0.isReplay == isReplay }
                guard !part.isEmpty else { continue }
                await deliver(part, isReplay: isReplay)
            }
        }
    }

    private func deliver(_ part: [Backlog.Entry], isReplay: Bool) async {
        let loaded = (try? await threads.run { [self] in part.map(load) }) ?? part.map { _ in .failure(.noThread) }
        var messages: [ReceivedMessage] = []
        for case .success(let message) in loaded { messages.append(message) }
        var failures = await agent.deliver(messages, isReplay: isReplay)[...]
        finish(
            zip(part, loaded).map { entry, result in
                switch result {
                case .failure(let error): Outcome(entry: entry, message: nil, failure: error)
                case .success(let message):
                    Outcome(entry: entry, message: message, failure: failures.popFirst() ?? .noThread)
                }
            })
    }

    private struct Outcome {
        let entry: Backlog.Entry
        let message: ReceivedMessage?
        let failure: DeliveryError?
    }

    private func load(_ entry: Backlog.Entry) -> Result<ReceivedMessage, DeliveryError> {
        do {
            let (octets, path) =
                switch entry.place {
                case .segment(let place): (try place.octets(), place.file.path)
                case .file(let name): (try overflow.octets(name), name)
                }
            return .success(try Self.message(octets, largeContents.folder, path))
        } catch {
            return .failure((error as? JournalError)?.deliveryError ?? .failed(cause: "journal: \(type(of: error))"))
        }
    }

    private static func message(_ octets: [UInt8], _ large: String, _ path: String) throws -> ReceivedMessage {
        guard case .message(let message)? = JournalRecord(octets, largeContents: large) else {
            throw DeliveryError.failed(cause: "\(path): a record of another version")
        }
        return message
    }

    private func finish(_ outcomes: [Outcome]) {
        var settled: [UInt64] = []
        var files: [String] = []
        for outcome in outcomes {
            if let failure = outcome.failure {
                retry(outcome, failure, &settled)
                continue
            }
            let large = (outcome.message?.content as? LargeContent)?.path
            switch outcome.entry.place {
            case .segment(let place):
                settled.append(place.sequence)
                if let large { files.append(large) }
            case .file(let name):
                overflow.remove(name)
                if let large { FolderListing.remove(large) }
            }
            backlog.finish(outcome.entry)
        }
        journal.settle(settled, files: files)
    }

    private func retry(_ outcome: Outcome, _ failure: DeliveryError, _ settled: inout [UInt64]) {
        var entry = outcome.entry
        entry.failures += 1
        // It may have been delivered in part: look for that copy.
        entry.isReplay = true
        let exponent = min(entry.failures - 1, 30)
        let pause = min(settings.longestRetry, settings.firstRetry << exponent)
        let id = outcome.message?.envelope.id ?? "?"
        alarm(
            settings.namesMessages
                ? "message \(id) waits for its delivery, next try in \(pause) s: \(failure.cause)"
                : "a message waits for its delivery, next try in \(pause) s")
        if case .segment(let place) = entry.place, entry.failures >= settings.failuresInSegment,
            let message = outcome.message, let name = overflow.keep(message, place.sequence)
        {
            entry.place = .file(name)
            settled.append(place.sequence)
        }
        backlog.postpone(entry)
        let delayed = entry
        Task.detached { [self] in
            try? await Task.sleep(for: .seconds(pause))
            startDelivering(backlog.resume(delayed))
        }
    }

    /// After a while without mail nothing of what was delivered can be read from the journal any more.
    private func forgetWhenIdle() {
        guard !isForgetting.exchange(true, ordering: .relaxed) else { return }
        Task.detached { [self] in
            var seen = backlog.accepted
            while true {
                try? await Task.sleep(for: .seconds(settings.forgetting))
                let now = backlog.accepted
                if now == seen || settings.forgetsUnderLoad { break }
                seen = now
            }
            isForgetting.store(false, ordering: .relaxed)
            journal.forget()
        }
    }

    private func sweepLargeContents() {
        var needed: Set<String> = []
        for entry in replayed {
            guard case .success(let message) = load(entry) else {
                // What it needs isn't known: nothing is removed.
                return
            }
            if let large = message.content as? LargeContent { needed.insert(large.name) }
        }
        largeContents.sweep(keeping: needed)
    }
}

extension Backlog.Entry {
    /// A message that was accepted.
    init(_ message: ReceivedMessage, at place: RecordPlace, size: Int) {
        let isOurs = message.envelope.recipients.contains { $0.destinations.contains { $0.mailbox != nil } }
        self.init(place: .segment(place), size: size, lane: isOurs ? .mailboxes : .elsewhere, isReplay: false)
    }
}

extension ReceivedMessage {
    /// The same message for some of its recipients.
    fileprivate func with(recipients: [Recipient]) -> ReceivedMessage {
        var envelope = envelope
        envelope.recipients = recipients
        return ReceivedMessage(envelope: envelope, trace: trace, content: content, received: received)
    }

    /// The same message with its content elsewhere.
    fileprivate func with(content: some MailContent) -> ReceivedMessage {
        ReceivedMessage(envelope: envelope, trace: trace, content: content, received: received)
    }
}

extension JournalError {
    var deliveryError: DeliveryError {
        isFull ? .insufficientStorage(cause: description) : .failed(cause: description)
    }
}

extension DeliveryError {
    fileprivate static let noThread = DeliveryError.failed(cause: "no thread")

    var cause: String {
        switch self {
        case .insufficientStorage(let cause), .failed(let cause): cause
        }
    }
}
