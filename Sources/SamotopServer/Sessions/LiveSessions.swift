import NIOCore
import Synchronization

/// The connections that are open, so that a shutdown can reach them.
final class LiveSessions: Sendable {
    private struct State {
        var channels: [Int: any Channel] = [:]
        var next = 0
        var isStopping = false
        var idle: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Remembers a connection; the number is for ``remove(_:)``.
    func add(_ channel: any Channel) -> Int {
        let (id, isStopping) = state.withLock { state in
            state.next += 1
            state.channels[state.next] = channel
            return (state.next, state.isStopping)
        }
        if isStopping { channel.close(promise: nil) }
        return id
    }

    /// The connection is gone.
    func remove(_ id: Int) {
        let idle = state.withLock { state in
            state.channels[id] = nil
            guard state.channels.isEmpty else { return nil as CheckedContinuation<Void, Never>? }
            defer { state.idle = nil }
            return state.idle
        }
        idle?.resume()
    }

    /// Asks all sessions to end, waits for them, and closes those that are left after the grace period.
    func stop(within grace: Duration) async {
        for channel in stopping() { channel.pipeline.fireUserInboundEventTriggered(ServerStopping()) }
        let deadline = Task {
            try? await Task.sleep(for: grace)
            for channel in stopping() { channel.close(promise: nil) }
        }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                guard !state.channels.isEmpty else { return true }
                state.idle = continuation
                return false
            }
            if isIdle { continuation.resume() }
        }
        deadline.cancel()
    }

    private func stopping() -> [any Channel] {
        state.withLock { state in
            state.isStopping = true
            return Array(state.channels.values)
        }
    }
}
