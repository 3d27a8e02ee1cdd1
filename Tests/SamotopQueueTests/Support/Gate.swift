import Glibc
import Synchronization

/// Holds threads until it is opened.
final class Gate: Sendable {
    private let isOpen = Atomic(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    var hasOpened: Bool { isOpen.load(ordering: .acquiring) }

    func wait() {
        while !isOpen.load(ordering: .acquiring) { sched_yield() }
    }
}
