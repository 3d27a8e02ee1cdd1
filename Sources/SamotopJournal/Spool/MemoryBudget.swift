import Synchronization

/// Octets of content that all messages together may hold in memory.
final class MemoryBudget: Sendable {
    private let free: Mutex<Int>

    init(_ octets: Int) { free = Mutex(max(0, octets)) }

    /// Octets left.
    var left: Int { free.withLock { $0 } }

    /// Takes octets; false, and takes none, when there aren't as many.
    func take(_ octets: Int) -> Bool {
        free.withLock { free in
            guard free >= octets else { return false }
            free -= octets
            return true
        }
    }

    /// Gives taken octets back.
    func giveBack(_ octets: Int) { free.withLock { $0 += octets } }
}
