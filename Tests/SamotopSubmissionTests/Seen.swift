import SamotopCore
import Synchronization

/// Remembers the lines that observers are shown.
final class Seen: SessionObserver {
    let lines = Mutex<[String]>([])

    func observe(_ event: SessionEvent, in session: Session) {
        guard case .received(let line) = event else { return }
        lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
    }
}
