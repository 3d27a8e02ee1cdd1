import SamotopCore
import Synchronization

/// Counts connections: in all, of an address, of a network. Shared by all listeners; asked before any octet is read.
final class ConnectionLimiter: Sendable {
    private struct State {
        var total = 0
        var addresses: [ClientAddress: Int] = [:]
        var networks: [IPNetwork: Int] = [:]
    }

    private let limits: ConnectionLimits
    private let state = Mutex(State())

    init(_ limits: ConnectionLimits) { self.limits = limits }

    /// Connections open now.
    var total: Int { state.withLock { $0.total } }

    /// Admits a client, who must be released later, or says no.
    func admit(_ client: ClientAddress) -> Bool {
        let isExempt = client == .local || limits.exempt.contains { $0.contains(client) }
        let network = IPNetwork(around: client, ipv4Length: 24, ipv6Length: 64)
        return state.withLock { state in
            guard state.total < limits.total - (isExempt ? 0 : limits.reserved) else { return false }
            if !isExempt {
                guard state.addresses[client, default: 0] < limits.perAddress else { return false }
                if let network, state.networks[network, default: 0] >= limits.perNetwork { return false }
            }
            state.total += 1
            state.addresses[client, default: 0] += 1
            if let network { state.networks[network, default: 0] += 1 }
            return true
        }
    }

    /// Admits a connection whose client isn't known yet: it counts among all. ``release()`` it before its client is admitted.
    func admit() -> Bool {
        state.withLock { state in
            guard state.total < limits.total else { return false }
            state.total += 1
            return true
        }
    }

    /// The connection is gone, or its client is known now.
    func release() { state.withLock { $0.total -= 1 } }

    /// The client is gone.
    func release(_ client: ClientAddress) {
        let network = IPNetwork(around: client, ipv4Length: 24, ipv6Length: 64)
        state.withLock { state in
            state.total -= 1
            Self.countDown(&state.addresses, client)
            if let network { Self.countDown(&state.networks, network) }
        }
    }

    private static func countDown<Key: Hashable>(_ counts: inout [Key: Int], _ key: Key) {
        guard let count = counts[key] else { return }
        counts[key] = count > 1 ? count - 1 : nil
    }
}
