import SMTP
public import SamotopCore
import Synchronization

/// Keeps what guards answered, so that “why is this mail here?” and “why was it refused?” have an answer later.
///
/// It is three things at once, since each sees what the others don't: the first of the guards (it always passes, and learns the
/// envelope), an observer (it learns every answer), and the record of ``ContactScreening`` (it learns why a message passed):
///
///     let auditing = Auditing(store)
///     MailService(…, observers: [auditing]) {
///         auditing
///         …
///         ContactScreening(of: contacts, record: auditing)
///     }
///
/// Entries wait in memory for ``flush()``; a crash loses those of the last moments.
public final class Auditing: MailGuard, SessionObserver, ScreeningRecord {
    /// What is known of a session's transaction.
    private struct Transaction {
        var envelope = ""
        var sender = ""
        /// Whose recipient was asked about last.
        var owner: Owner?
        /// Why the message may pass; told with its delivery, since both are one step for whoever asks, and each costs a row.
        var passed: ScreeningJudgement?
    }

    private let store: any AuditStore
    private let clock: any WallClock
    private let queue: AuditQueue
    private let transactions = Mutex<[String: Transaction]>([:])

    /// - Parameter capacity: entries that wait; when there are more, the newest are dropped and counted.
    public init(_ store: any AuditStore, capacity: Int = 10_000, clock: any WallClock = SystemClock()) {
        self.store = store
        self.clock = clock
        queue = AuditQueue(maximum: max(1, capacity))
    }

    public var name: String { "audit" }
    public var wantsDialogue: Bool { false }

    /// Entries that were dropped.
    public var dropped: Int { queue.dropped }

    public func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
        let sender = String(decoding: (envelope.reversePath.mailbox?.bytes ?? []).map(\.foldedASCII), as: UTF8.self)
        let transaction = Transaction(envelope: envelope.id, sender: sender)
        transactions.withLock { [id = session.id] in $0[id] = transaction }
        return .pass
    }

    public func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws
        -> Verdict
    {
        let owner = recipient.owners.first
        transactions.withLock { [id = session.id] in $0[id]?.owner = owner }
        return .pass
    }

    public func observe(_ event: SessionEvent, in session: Session) {
        switch event {
        case .judged(let record):
            add(record, transactions.withLock { $0[session.id] } ?? Transaction())
        case .delivered(let id, _, _):
            let (sender, passed) = take(session)
            guard let passed, passed.envelope == id, !passed.owners.isEmpty else {
                return add(id, nil, sender, .message, "delivery", "delivered", "")
            }
            for owner in passed.owners {
                add(id, owner, passed.sender, .message, "contacts", "delivered", passed.cause)
            }
        case .failed(let cause):
            if let passed = take(session).passed { add(passed) }
            let known = transactions.withLock { $0[session.id] } ?? Transaction()
            add(known.envelope, nil, known.sender, .message, "server", "failed", cause)
        case .closed:
            if let passed = take(session).passed { add(passed) }
            transactions.withLock { $0[session.id] = nil }
        case .opened, .received, .sent, .secured, .authenticated, .content:
            break
        }
    }

    public func judged(_ judgement: ScreeningJudgement, in session: Session) {
        if !judgement.sender.isEmpty {
            transactions.withLock { $0[session.id]?.sender = judgement.sender }
        }
        if case .pass = judgement.verdict, !judgement.owners.isEmpty {
            transactions.withLock { $0[session.id]?.passed = judgement }
        } else {
            add(judgement)
        }
    }

    /// The sender of the session's message, and why it may pass, which is told then.
    private func take(_ session: Session) -> (sender: String, passed: ScreeningJudgement?) {
        transactions.withLock { transactions in
            defer { transactions[session.id]?.passed = nil }
            return (transactions[session.id]?.sender ?? "", transactions[session.id]?.passed)
        }
    }

    private func add(_ judgement: ScreeningJudgement) {
        for owner in judgement.owners {
            add(
                judgement.envelope, owner, judgement.sender, .message, "contacts", judgement.verdict.word,
                judgement.cause)
        }
    }

    /// Takes a step that something else than a session made, such as what became of mail on its way out. Doesn't block.
    public func note(_ entry: AuditEntry) { queue.add(entry) }

    /// Writes what waits. What can't be written waits on.
    public func flush() async throws {
        let entries = queue.take()
        guard !entries.isEmpty else { return }
        do {
            try await store.append(entries)
        } catch {
            queue.put(back: entries)
            throw error
        }
    }

    private func add(_ record: JudgementRecord, _ known: Transaction) {
        // Its answer to a message is told with its owners already.
        guard record.stage != .message || record.judge != "contacts" else { return }
        let isAboutRecipient = record.stage == .recipient && record.judge != "relay rule" && record.judge != "directory"
        add(
            known.envelope, isAboutRecipient ? known.owner : nil, known.sender, record.stage, record.judge,
            record.verdict.word, record.verdict.cause)
    }

    private func add(
        _ envelope: String, _ owner: Owner?, _ sender: String, _ stage: Stage, _ judge: String, _ verdict: String,
        _ cause: String
    ) {
        queue.add(
            AuditEntry(
                time: clock.now(), envelope: envelope, owner: owner, sender: sender, stage: stage.rawValue,
                judge: judge,
                verdict: verdict, cause: cause.utf8.count > 500 ? String(cause.prefix(500)) : cause))
    }
}

extension Verdict {
    /// As ``AuditEntry/verdict`` has it.
    var word: String {
        switch self {
        case .pass: "pass"
        case .accept: "accept"
        case .postpone: "postpone"
        case .reject: "reject"
        case .disconnect: "disconnect"
        }
    }

    /// Why; empty for a pass.
    var cause: String {
        switch self {
        case .pass: ""
        case .accept(let cause): cause
        case .postpone(let refusal), .reject(let refusal), .disconnect(let refusal): refusal.cause
        }
    }
}
