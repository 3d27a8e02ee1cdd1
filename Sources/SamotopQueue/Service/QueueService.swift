import SMTP
public import SamotopCore

/// Runs a queue: brings what is due to the transport, records what came of it, and has the notifications written that follow.
///
/// A crash at any moment loses nothing: what was not recorded is attempted again, so that a message arrives twice only if its delivery
/// was over and not yet recorded, or if the peer vanished between the final dot and its reply (RFC 1047).
public actor QueueService: QueueControl {
    /// Notifications that are written at a time.
    private static let maximumNotices = 4
    /// Between two tries of a store that is full or failed.
    private static let storePause = Duration.seconds(5)
    /// The clock is looked at as often as this, so that a jump is noticed.
    private static let longestSleep = Duration.seconds(3_600)

    private static let stopped = QueueStoreError.failed(cause: "queue: stopped")

    private let store: any QueueStore
    private let transport: any OutboundTransport
    private let notices: any NoticeWriter
    private let settings: QueueSettings
    private let clock: any WallClock
    private let sleeper: any QueueSleeper
    private let observe: @Sendable (QueueEvent) -> Void
    private let outcomes: (@Sendable (QueueOutcome) -> Void)?
    private let executor: @Sendable (QueueDestination) -> (any TaskExecutor)?

    private var scheduler: QueueScheduler
    private var phase = Phase.new
    /// Queued before the store was loaded.
    private var early: [MessageFacts] = []
    private var recording = Recording()
    private var failure: (any Error)?
    private var deliveries: [DeliveryJobID: Task<Void, Never>] = [:]
    private var writing = 0
    private var timer: (due: Timestamp, task: Task<Void, Never>)?
    private var end: CheckedContinuation<Void, Never>?
    /// When the clock was looked at last.
    private(set) var lastTurn = Timestamp(seconds: 0)

    private enum Phase: Comparable { case new, loading, running, stopping, abandoning, over }

    /// A queue that rests until ``run()``.
    ///
    /// - Parameters:
    ///   - store: opened, and used by nobody else.
    ///   - transport: the way out.
    ///   - notices: writes the notifications.
    ///   - settings: the numbers.
    ///   - clock: tells when something is due.
    ///   - sleeper: lets time pass.
    ///   - seed: of the jitter; nil: drawn.
    ///   - executor: where deliveries to a destination run, such as the event loop of its connections; nil: Swift's own pool.
    ///   - outcomes: told what became of recipients, with their addresses; never block in it.
    ///   - observe: told of all that happens, in order; never block in it.
    public init(
        store: any QueueStore, transport: any OutboundTransport, notices: any NoticeWriter,
        settings: QueueSettings = QueueSettings(), clock: any WallClock = SystemClock(),
        sleeper: any QueueSleeper = SystemSleeper(), seed: UInt64? = nil,
        executor: @escaping @Sendable (QueueDestination) -> (any TaskExecutor)? = { _ in nil },
        outcomes: (@Sendable (QueueOutcome) -> Void)? = nil,
        observe: @escaping @Sendable (QueueEvent) -> Void = { _ in }
    ) {
        self.store = store
        self.transport = transport
        self.notices = notices
        self.settings = settings
        self.clock = clock
        self.sleeper = sleeper
        self.observe = observe
        self.outcomes = outcomes
        self.executor = executor
        scheduler = QueueScheduler(settings: settings, seed: seed ?? .random(in: .min ... .max))
        scheduler.tellsOutcomes = outcomes != nil
    }

    /// Runs until ``stop()`` or until the task is cancelled, which is the same. Once.
    ///
    /// - Throws: what the store threw, when it can't go on.
    public func run() async throws {
        guard phase == .new else { return }
        phase = .loading
        let contents: QueueContents
        do { contents = try await store.load() } catch {
            phase = .over
            throw error
        }
        contents.damage.forEach { observe(.damaged($0)) }
        take(scheduler.restore(contents.messages, now: clock.now()))
        for facts in early { take(scheduler.add(facts, now: clock.now())) }
        early = []
        if phase == .loading { phase = .running }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                end = continuation
                turn()
            }
        } onCancel: {
            Task { await self.stop() }
        }
        phase = .over
        timer?.task.cancel()
        recording.giveUp(failure ?? Self.stopped)
        if let failure { throw failure }
    }

    /// Begins no more deliveries. Those under way have ``QueueSettings/stopPatience`` to end, then they are cancelled; what doesn't end
    /// even then is left behind and stays queued.
    public func stop() {
        guard phase < .stopping else { return }
        phase = .stopping
        timer?.task.cancel()
        timer = nil
        recording.isResting = false
        turn()
        waitForTheEnd(abandoning: false)
    }

    /// Queues messages; durable on return, and delivered from then on. Idempotent by message id.
    ///
    /// - Returns: for each message, whether it was new.
    /// - Throws: ``QueueStoreError``.
    public func add(_ messages: [NewMessage]) async throws -> [Bool] {
        let facts = try messages.map { try MessageFacts($0) }
        let isNew = try await store.add(messages)
        for ((message, facts), isNew) in zip(zip(messages, facts), isNew) where isNew {
            observe(.queued(id: message.message.id, recipients: message.recipients.count, octets: facts.size))
            if phase < .running { early.append(facts) } else { take(scheduler.add(facts, now: clock.now())) }
        }
        turn()
        return isNew
    }

    /// The wall clock is right, although it jumped: what is over may expire.
    public func trustClock() {
        scheduler.trustClock()
        turn()
    }

    /// Deliveries and notifications under way, and changes that aren't recorded.
    var isBusy: Bool { !deliveries.isEmpty || writing > 0 || recording.count > 0 }

    /// The store is loaded, and the queue runs or is about to end.
    var isLoaded: Bool { phase >= .running }

    // MARK: One turn

    private func turn() {
        if phase == .running {
            let now = clock.now()
            lastTurn = now
            var effects = QueueEffects()
            scheduler.advance(to: now, &effects)
            take(effects)
            while failure == nil, !recording.isResting, recording.count < settings.maximumUnrecorded {
                var effects = QueueEffects()
                let job = scheduler.nextJob(now: now, &effects)
                take(effects)
                guard let job else { break }
                begin(job)
            }
            while writing < Self.maximumNotices, let notice = scheduler.nextNotice() { begin(notice) }
            setTimer(now)
        }
        record()
        if phase >= .stopping, !isBusy || failure != nil && deliveries.isEmpty { finish() }
    }

    private func take(_ effects: QueueEffects) {
        recording.add(effects.changes)
        effects.events.forEach(observe)
        if let outcomes { effects.outcomes.forEach(outcomes) }
    }

    private func setTimer(_ now: Timestamp) {
        let latest = Timestamp(milliseconds: now.milliseconds.addingClamped(Self.longestSleep.milliseconds))
        let due = min(scheduler.nextDue ?? latest, latest)
        if let timer, timer.due <= due { return }
        timer?.task.cancel()
        let pause = Duration.milliseconds(max(1, due.milliseconds.addingClamped(-now.milliseconds)))
        let task = Task.detached { [sleeper, weak self] in
            do { try await sleeper.sleep(for: pause) } catch { return }
            await self?.tick(due)
        }
        timer = (due, task)
    }

    private func tick(_ due: Timestamp) {
        if timer?.due == due { timer = nil }
        turn()
    }

    // MARK: Deliveries

    private func begin(_ job: DeliveryJob) {
        deliveries[job.id] = Task.detached(executorPreference: executor(job.destination)) { [store, transport] in
            guard let content = try? await store.content(of: job.message.id) else {
                return await self.end(job.id, nil)
            }
            let watched = WatchedContent(content)
            let report = await transport.deliver(job, content: watched)
            await self.end(job.id, watched.isDamaged ? report.holdingPostponed : report)
        }
    }

    /// - Parameter report: nil: there was no content.
    private func end(_ id: DeliveryJobID, _ report: DeliveryReport?) {
        deliveries[id] = nil
        guard phase < .over else { return }
        let now = clock.now()
        take(report.map { scheduler.finish(id, $0, now: now) } ?? scheduler.finishUnreadable(id, now: now))
        turn()
    }

    // MARK: Notifications

    private func begin(_ notice: Notice) {
        writing += 1
        Task.detached { [store, notices] in
            let content = try? await store.content(of: notice.message.id)
            await self.end(notice, try? await notices.write(notice, content: content))
        }
    }

    private func end(_ notice: Notice, _ written: WrittenNotice?) {
        writing -= 1
        guard phase < .over else { return }
        let now = clock.now()
        if let written, let mailbox = notice.message.reversePath.mailbox {
            let message = QueuedMessage(
                id: notice.id, reversePath: .null, parameters: written.parameters, submitter: .queue, arrived: now,
                size: written.content.count)
            let recipient = NewRecipient(written.recipient ?? mailbox, destination: written.destination)
            take(
                scheduler.noticeWritten(
                    notice, NewMessage(message, to: [recipient], content: written.content), now: now))
        } else {
            take(scheduler.noticeFailed(notice, now: now))
        }
        turn()
    }

    // MARK: Recording

    private func record() {
        guard failure == nil, let batch = recording.nextBatch() else { return }
        Task.detached { [store] in
            do {
                try await store.record(batch)
                await self.didRecord()
            } catch {
                await self.couldNotRecord(error)
            }
        }
    }

    private func didRecord() {
        for notice in recording.didRecord().compactMap(\.notice) {
            guard let facts = try? MessageFacts(notice) else { continue }
            observe(.queued(id: notice.message.id, recipients: notice.recipients.count, octets: facts.size))
            take(scheduler.add(facts, now: clock.now()))
        }
        turn()
    }

    private func couldNotRecord(_ error: any Error) {
        recording.couldNotRecord()
        let passing: QueueEvent? =
            switch error as? QueueStoreError {
            case .insufficientStorage: .storeFull
            case .interrupted(let cause): .storeFailed(cause)
            default: nil
            }
        if let passing, phase < .abandoning {
            observe(passing)
            // Who ends can't wait. A store that fails again and again says so itself.
            if case .storeFailed = passing, phase == .stopping { return turn() }
            recording.isResting = true
            Task.detached { [sleeper] in
                try? await sleeper.sleep(for: Self.storePause)
                await self.tryStoreAgain()
            }
            return
        }
        failure = failure ?? error
        recording.giveUp(error)
        deliveries.values.forEach { $0.cancel() }
        stop()
        turn()
    }

    private func tryStoreAgain() {
        recording.isResting = false
        turn()
    }

    private func waitUntilRecorded() async throws {
        guard !recording.isComplete else { return }
        if phase == .over { throw failure ?? Self.stopped }
        if let failure { throw failure }
        try await withCheckedThrowingContinuation { recording.wait($0) }
    }

    // MARK: The end

    private func waitForTheEnd(abandoning: Bool) {
        Task.detached { [sleeper, settings] in
            try? await sleeper.sleep(for: settings.stopPatience)
            await self.loseThePatience(abandoning: abandoning)
        }
    }

    private func loseThePatience(abandoning: Bool) {
        guard phase < .over, end != nil else { return }
        if abandoning { return finish() }
        phase = .abandoning
        deliveries.values.forEach { $0.cancel() }
        waitForTheEnd(abandoning: true)
    }

    private func finish() {
        end?.resume()
        end = nil
    }

    // MARK: What operators ask

    public func totals() -> QueueTotals { scheduler.totals() }

    public func list(_ query: QueueQuery, after cursor: Int?, limit: Int) -> QueuePage {
        scheduler.list(query, after: cursor, limit: limit)
    }

    public func message(_ id: String) -> QueueEntry? { scheduler.message(id) }

    public func destinations(limit: Int) -> [DestinationEntry] { scheduler.listDestinations(limit: limit) }

    public func perform(_ command: QueueCommand, on selection: QueueSelection) async throws -> CommandResult {
        if phase == .over { throw failure ?? Self.stopped }
        let (result, effects) = scheduler.perform(command, on: selection, now: clock.now())
        take(effects)
        turn()
        try await waitUntilRecorded()
        return result
    }
}
