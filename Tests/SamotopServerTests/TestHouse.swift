import SMTP
import SamotopCore
import SamotopGuards
import SamotopServer
import SamotopTesting
import Synchronization

/// What the tests serve: one user, `u@our.test`, and mailboxes in memory.
struct TestHouse {
    let mailboxes = MemoryMailboxes(["u@our.test": ["u"], "u2@our.test": ["u2"]])
    let record = Record()
    var limits = SessionLimits()
    var spool: any Spool = MemorySpool()
    var bannerDelay = Duration.zero
    var tarpit = Duration.zero
    var agent: (any DeliveryAgent)?

    func service(@GuardBuilder guards: () -> [any MailGuard] = { [] }) throws -> MailService {
        try MailService(
            "mx.our.test", spool: spool, delivering: agent ?? mailboxes, limits: limits, observers: [record]
        ) {
            Prudence(bannerDelay: bannerDelay, tarpit: tarpit)
            guards()
        }
    }

    /// The contents in `u`, in order.
    var contents: [String] { mailboxes.delivered.map { String(decoding: $0.content, as: UTF8.self) } }
    /// The trace fields in front of them.
    var traces: [String] { mailboxes.delivered.map { String(decoding: $0.trace, as: UTF8.self) } }
}

/// Remembers what observers are told.
final class Record: SessionObserver {
    private let events = Mutex<[(event: SessionEvent, session: Session)]>([])

    func observe(_ event: SessionEvent, in session: Session) { events.withLock { $0.append((event, session)) } }

    var commands: Int {
        events.withLock { $0.count { if case .received = $0.event { true } else { false } } }
    }
    var clients: [ClientAddress] {
        events.withLock { $0.compactMap { if case .opened = $0.event { $0.session.client } else { nil } } }
    }
    var secured: [TLSFacts] {
        events.withLock { $0.compactMap { if case .secured(let facts) = $0.event { facts } else { nil } } }
    }
    /// Of sessions that began inside TLS.
    var openedInside: [TLSFacts] {
        events.withLock { $0.compactMap { $0.event == .opened ? $0.session.tls : nil } }
    }
    var closed: Int {
        events.withLock { $0.count { $0.event == .closed } }
    }
}

/// Mail to the dot, as a client says it.
enum Mail {
    static let envelope = "MAIL FROM:<a@out.test>\r\nRCPT TO:<u@our.test>\r\n"
    static let transaction = envelope + "DATA\r\n"
}

/// Holds a stage back until the test lets it go on.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrived = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        var watching: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    /// What the held stage calls.
    func pass() async {
        await withCheckedContinuation { continuation in
            let (watching, isOpen) = state.withLock { state in
                state.arrived += 1
                if !state.isOpen { state.waiting.append(continuation) }
                defer { state.watching = [] }
                return (state.watching, state.isOpen)
            }
            for watcher in watching { watcher.resume() }
            if isOpen { continuation.resume() }
        }
    }

    /// Returns when somebody stands at the gate.
    func someoneWaits() async {
        await withCheckedContinuation { continuation in
            let has = state.withLock { state in
                if state.arrived > 0 { return true }
                state.watching.append(continuation)
                return false
            }
            if has { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// Holds every recipient back at a gate.
struct SlowRecipients: MailGuard {
    let gate: Gate
    func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
        await gate.pass()
        return .pass
    }
}

/// Delivers once the gate is open.
struct SlowDelivery: DeliveryAgent {
    let gate: Gate
    let mailboxes: MemoryMailboxes
    func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await mailboxes.resolve(path) }
    func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        await gate.pass()
        try await mailboxes.deliver(message, to: recipients)
    }
}
