import Synchronization

/// How many octets of messages may be in memory for their encryption at once: whoever finds no room waits, in order.
final class SealingBudget: Sendable {
    private struct State {
        var taken = 0
        var waiting: [(octets: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let limit: Int
    private let state = Mutex(State())

    init(_ limit: Int) { self.limit = limit }

    /// Waits for room. A message that is larger than all there is has it for itself.
    func take(_ octets: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                guard state.waiting.isEmpty, fits(octets, state) else {
                    state.waiting.append((octets, continuation))
                    return false
                }
                state.taken += octets
                return true
            }
            if isThere { continuation.resume() }
        }
    }

    func giveBack(_ octets: Int) {
        let ready = state.withLock { state in
            state.taken -= octets
            var ready: [CheckedContinuation<Void, Never>] = []
            while let next = state.waiting.first, fits(next.octets, state) {
                state.taken += next.octets
                ready.append(next.continuation)
                state.waiting.removeFirst()
            }
            return ready
        }
        for continuation in ready { continuation.resume() }
    }

    private func fits(_ octets: Int, _ state: State) -> Bool { state.taken == 0 || state.taken + octets <= limit }
}
