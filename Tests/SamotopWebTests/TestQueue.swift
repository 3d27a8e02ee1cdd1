#if Web
    import SMTP
    import SamotopCore
    import SamotopQueue
    import Synchronization
    import Testing

    /// The real scheduler without a store: a test says what becomes of each delivery.
    final class TestQueue: QueueControl {
        private let scheduler = Mutex(QueueScheduler(seed: 1))
        private let clock: ManualClock
        private let commands = Mutex<[QueueCommand]>([])

        init(clock: ManualClock) { self.clock = clock }

        /// What was commanded, in order.
        var performed: [QueueCommand] { commands.withLock { $0 } }

        func totals() async -> QueueTotals { scheduler.withLock { $0.totals() } }

        func list(_ query: QueueQuery, after cursor: Int?, limit: Int) async -> QueuePage {
            scheduler.withLock { $0.list(query, after: cursor, limit: limit) }
        }

        func message(_ id: String) async -> QueueEntry? { scheduler.withLock { $0.message(id) } }

        func destinations(limit: Int) async -> [DestinationEntry] {
            scheduler.withLock { $0.listDestinations(limit: limit) }
        }

        func perform(_ command: QueueCommand, on selection: QueueSelection) async throws -> CommandResult {
            commands.withLock { $0.append(command) }
            let now = clock.now()
            return scheduler.withLock { $0.perform(command, on: selection, now: now).result }
        }

        /// Queues a message, as of this moment.
        func add(
            _ id: String, from sender: String? = "ann@here.test", to recipients: [NewRecipient],
            submitter: String = "ann"
        ) throws {
            var path = ReversePath.null
            if let sender { path = .mailbox(try #require(Mailbox(sender))) }
            let content = MemoryContent(Array("Subject: x\r\n\r\n".utf8))
            let message = QueuedMessage(
                id: id, reversePath: path, submitter: Submitter(.authenticated, name: submitter), arrived: clock.now(),
                size: 2_000)
            let facts = try MessageFacts(NewMessage(message, to: recipients, content: content))
            let now = clock.now()
            scheduler.withLock { _ = $0.add(facts, now: now) }
        }

        func add(_ id: String, from sender: String? = "ann@here.test", to recipients: [String]) throws {
            try add(id, from: sender, to: try recipients.map { NewRecipient(try #require(Mailbox($0))) })
        }

        /// Lets all that is due be attempted; `outcome` says how it goes.
        @discardableResult
        func attempt(_ outcome: (DeliveryJob, QueuedRecipient) -> RecipientOutcome) -> Int {
            let now = clock.now()
            var count = 0
            scheduler.withLock { scheduler in
                var effects = QueueEffects()
                scheduler.advance(to: now, &effects)
                while count < 1_000, let job = scheduler.nextJob(now: now, &effects) {
                    let report = DeliveryReport(outcomes: job.recipients.map { outcome(job, $0) })
                    _ = scheduler.finish(job.id, report, now: now)
                    count += 1
                }
            }
            return count
        }
    }

    extension AttemptFailure {
        static func later(_ words: String, reply: [String] = [], isHostWide: Bool = false) -> AttemptFailure {
            AttemptFailure(
                stage: isHostWide ? .connect : .rcpt,
                reply: reply.isEmpty ? nil : RemoteReply(code: 451, lines: reply.map { Array($0.utf8) }),
                status: EnhancedStatusCode(4, 7, 1), remote: RemoteHost(name: "mx.there.test", address: "192.0.2.1"),
                words: words, isHostWide: isHostWide)
        }
    }
#endif
