import NIOCore
import Synchronization

/// A connection that can be given up from its first moment on, before it is made.
final class HTTPSConnection: Sendable {
    private enum State {
        case waiting
        case begun(any Channel)
        case cancelled
    }

    private let state = Mutex(State.waiting)

    /// Throws when it was given up already.
    func begin(_ channel: any Channel) throws {
        try state.withLock { state in
            guard case .waiting = state else { throw CancellationError() }
            state = .begun(channel)
        }
    }

    /// Closes it now, or as soon as it begins.
    func cancel() {
        let before = state.withLock { state in
            defer { state = .cancelled }
            return state
        }
        if case .begun(let channel) = before { channel.close(promise: nil) }
    }
}
