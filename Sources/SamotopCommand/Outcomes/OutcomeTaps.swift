import SMTP
import SamotopContacts
import SamotopCore
import SamotopQueue
import SamotopWebhooks
import Synchronization

/// Where outcomes go: to those who asked to be told, to the record of judgements, and to what is remembered of the last ones.
final class OutcomeTaps: Sendable {
    /// What an entry of the record says of where it is from; `samotop why` knows it by that.
    static let stage = "sending"

    let recent = RecentOutcomes()
    private let webhooks: Webhooks?
    private let clock: any WallClock
    private let audit = Mutex<Auditing?>(nil)
    /// The last entry: recipients of one message in one domain are told together, as often as they share their outcome.
    private let last = Mutex<AuditEntry?>(nil)

    init(_ webhooks: Webhooks?, clock: any WallClock = SystemClock()) {
        self.webhooks = webhooks
        self.clock = clock
    }

    /// Writes outcomes into this record from now on.
    func write(to auditing: Auditing) { audit.withLock { $0 = auditing } }

    /// Takes an outcome; doesn't block.
    func take(_ outcome: QueueOutcome) {
        let now = clock.now()
        recent.add(outcome, time: now.seconds)
        webhooks?.take(outcome)
        guard let auditing = audit.withLock({ $0 }), !outcome.isNotification,
            let entry = Self.entry(outcome, now: now)
        else { return }
        let isNew = last.withLock { last in
            defer { last = entry }
            return last?.envelope != entry.envelope || last?.judge != entry.judge || last?.verdict != entry.verdict
                || last?.cause != entry.cause
        }
        if isNew { auditing.note(entry) }
    }

    /// A step of the record: which domain, what, and how encrypted or why not. The recipient isn't named.
    static func entry(_ outcome: QueueOutcome, now: Timestamp) -> AuditEntry? {
        guard let message = outcome.facts.message, let address = outcome.address else { return nil }
        // A message of too many recipients is queued in parts: id, id-1, id-2.
        let envelope = message.id.prefix { $0 != "-" }
        let sender = message.reversePath.mailbox.map { String(decoding: $0.bytes, as: UTF8.self).lowercased() } ?? ""
        return AuditEntry(
            time: now, envelope: String(envelope), owner: nil, sender: sender, stage: stage,
            judge: QueueDestination(address.domain).text, verdict: outcome.kind.rawValue,
            cause: OutcomeWords.cause(outcome))
    }
}
