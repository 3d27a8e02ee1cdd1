import CoreMetrics
import SMTP
import SamotopCore

/// Counts what happens in sessions. The labels are words of ours (roles, stages, guards, reply classes), never a peer's.
struct SessionMetrics: SessionObserver {
    private let opened: [Role: Counter]
    private let open: [Role: Meter]
    private let messages: [Role: Counter]
    private let recipients: [Role: Counter]
    private let octets: Recorder
    private let failures: Counter
    private let factory: any MetricsFactory

    init(_ factory: any MetricsFactory) {
        func forEachRole<Value>(_ make: ([(String, String)]) -> Value) -> [Role: Value] {
            Dictionary(Role.allCases.map { ($0, make([("role", $0.rawValue)])) }) { first, _ in first }
        }
        opened = forEachRole { Counter(label: "samotop_sessions", dimensions: $0, factory: factory) }
        open = forEachRole { Meter(label: "samotop_sessions_open", dimensions: $0, factory: factory) }
        messages = forEachRole { Counter(label: "samotop_messages_delivered", dimensions: $0, factory: factory) }
        recipients = forEachRole { Counter(label: "samotop_recipients_delivered", dimensions: $0, factory: factory) }
        octets = Recorder(label: "samotop_message_octets", dimensions: [], aggregate: true, factory: factory)
        failures = Counter(label: "samotop_local_failures", dimensions: [], factory: factory)
        self.factory = factory
    }

    var wantsDialogue: Bool { false }

    func observe(_ event: SessionEvent, in session: Session) {
        switch event {
        case .opened:
            opened[session.role]?.increment()
            open[session.role]?.increment()
        case .closed:
            open[session.role]?.decrement()
        case .secured(let tls):
            Counter(label: "samotop_sessions_encrypted", dimensions: [("version", tls.version)], factory: factory)
                .increment()
        case .judged(let record):
            guard let refusal = record.refusal else { return }
            let dimensions = [
                ("stage", record.stage.rawValue), ("judge", record.judge), ("class", "\(refusal.code.prefix(1))yz"),
            ]
            Counter(label: "samotop_refusals", dimensions: dimensions, factory: factory).increment()
        case .delivered(_, let count, let size):
            messages[session.role]?.increment()
            recipients[session.role]?.increment(by: count)
            octets.record(size)
        case .failed:
            failures.increment()
        case .received, .sent, .content, .authenticated: break
        }
    }
}
