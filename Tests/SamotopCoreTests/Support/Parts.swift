import InternetMessage
import SMTP
import SamotopCore
import SamotopTesting
import Synchronization

/// A guard made of closures.
struct TestGuard: MailGuard {
    var name = "test"
    var conduct = Conduct()
    var needs: Set<String> = []
    var provides: Set<String> = []
    var isForStrangers = false
    var isAlwaysAsked = false
    /// Asked at every stage that has no closure of its own.
    var any: (@Sendable (Stage, inout Session) async throws -> Verdict)?
    var atMessage: (@Sendable (ReceivedMessage, inout Session) async throws -> Verdict)?

    func connection(_ session: inout Session) async throws -> Verdict { try await any?(.connection, &session) ?? .pass }
    func hello(_ session: inout Session) async throws -> Verdict { try await any?(.hello, &session) ?? .pass }
    func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
        try await any?(.sender, &session) ?? .pass
    }
    func recipient(_ recipient: Recipient, _ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
        try await any?(.recipient, &session) ?? .pass
    }
    func message(_ message: ReceivedMessage, _ session: inout Session) async throws -> Verdict {
        if let atMessage { return try await atMessage(message, &session) }
        return try await any?(.message, &session) ?? .pass
    }
}

extension TestGuard {
    /// Says one thing at one stage.
    static func saying(_ verdict: Verdict, at stage: Stage, name: String = "test") -> TestGuard {
        TestGuard(name: name, any: { asked, _ in asked == stage ? verdict : .pass })
    }
}

struct Fault: Error {
    /// Private: types of errors may show in a record, their values never.
    let text = "PRIVATE"
}

/// Delivers to memory mailboxes, and does otherwise where told.
struct TestAgent: DeliveryAgent {
    let mailboxes: MemoryMailboxes
    var atResolve: (@Sendable (ForwardPath) async throws -> DirectoryAnswer?)?
    var atDelivery: (@Sendable ([Recipient]) async throws -> Void)?

    func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer {
        if let answer = try await atResolve?(path) { return answer }
        return try await mailboxes.resolve(path)
    }

    func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        try await atDelivery?(recipients)
        try await mailboxes.deliver(message, to: recipients)
    }
}

/// A spool in memory that refuses, or is full, where told.
struct TestSpool: Spool {
    /// Refuses at once.
    var atOpen: SpoolError?
    /// Refuses the slice that goes beyond so many octets.
    var refusal: (beyond: Int, error: SpoolError)?
    /// Says `.full` after each slice and waits for this bell's room.
    var room: Room?
    /// Fails when all is there.
    var atFinish: (any Error)?
    /// Rings when the content of a finished message is let go.
    var released: Bell?

    /// Tells an intake that there is room again.
    final class Room: Sendable {
        private let state = Mutex<(isFull: Bool, fulls: Int, wake: (@Sendable () -> Void)?)>((false, 0, nil))
        var isFull: Bool { state.withLock { $0.isFull } }
        var fulls: Int { state.withLock { $0.fulls } }
        func opened(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }
        func fill() { state.withLock { ($0.isFull, $0.fulls) = (true, $0.fulls + 1) } }
        func clear() {
            let wake = state.withLock { state in
                state.isFull = false
                return state.wake
            }
            wake?()
        }
    }

    func open(declaredSize: UInt64?, wake: @escaping @Sendable () -> Void) throws(SpoolError) -> any SpoolIntake {
        if let atOpen { throw atOpen }
        room?.opened(wake)
        return Intake(self)
    }

    final class Intake: SpoolIntake {
        private let spool: TestSpool
        private let bytes = Mutex<[UInt8]>([])

        init(_ spool: TestSpool) { self.spool = spool }

        var hasRoom: Bool { spool.room?.isFull != true }

        func append(_ slice: Span<UInt8>) throws(SpoolError) -> SpoolRoom {
            var octets: [UInt8] = []
            for index in slice.indices { octets.append(slice[index]) }
            let taken = octets
            let count = bytes.withLock { bytes in
                bytes += taken
                return bytes.count
            }
            if let refusal = spool.refusal, count > refusal.beyond { throw refusal.error }
            guard let room = spool.room else { return .ready }
            room.fill()
            return .full
        }

        func finish() async throws -> any MailContent {
            if let error = spool.atFinish { throw error }
            return Content(bytes.withLock { $0 }, spool.released)
        }

        func discard() { bytes.withLock { $0 = [] } }
    }

    final class Content: MailContent {
        private let bytes: [UInt8]
        private let released: Bell?

        init(_ bytes: [UInt8], _ released: Bell?) {
            self.bytes = bytes
            self.released = released
        }

        deinit { released?.ring() }

        var count: Int { bytes.count }
        func read(_ body: (Span<UInt8>) throws -> Void) throws {
            let bytes = bytes
            try body(bytes.span)
        }
    }
}

/// Lets nobody pass until it is opened.
final class Gate: Sendable {
    private let arrivals = Bell()
    private let openings = Bell()

    /// Waits at the gate.
    func pass() async {
        arrivals.ring()
        await openings.heard()
    }

    /// Waits until someone stands at the gate.
    func arrived(_ count: Int = 1) async { await arrivals.heard(count) }

    /// Lets all pass, for ever.
    func open() { openings.ring() }
}

/// Keeps what observers are told.
final class RecordingObserver: SessionObserver {
    private let seen = Mutex<[SessionEvent]>([])
    var events: [SessionEvent] { seen.withLock { $0 } }
    func observe(_ event: SessionEvent, in session: Session) { seen.withLock { $0.append(event) } }
}

/// The mailboxes of `our.test`.
func mailboxes() -> MemoryMailboxes {
    MemoryMailboxes(
        ["u@our.test": ["u"], "v@our.test": ["v"], "w@our.test": ["w"]], full: ["full@our.test"],
        postmaster: "postmaster")
}

extension MailService {
    /// A service named `mx.our.test`.
    static func test(
        _ agent: any DeliveryAgent = mailboxes(), spool: any Spool = MemorySpool(),
        limits: SessionLimits = SessionLimits(),
        tracePrivacy: TracePrivacy = .none, relaying: RelayRule = .none, observers: [any SessionObserver] = [],
        clock: ManualClock = ManualClock(),
        _ guards: any MailGuard...
    ) throws -> MailService {
        try MailService(
            "mx.our.test", spool: spool, delivering: agent, limits: limits, tracePrivacy: tracePrivacy,
            relaying: relaying, observers: observers, clock: clock
        ) { guards }
    }
}

/// Names in the order in which they came.
final class RecordingLog: Sendable {
    private let log = Mutex<[String]>([])
    var names: [String] { log.withLock { $0 } }
    func add(_ name: String) { log.withLock { $0.append(name) } }
}
