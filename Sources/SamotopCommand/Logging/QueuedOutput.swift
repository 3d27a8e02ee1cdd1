import SamotopCore
import Synchronization

/// Lines written by a thread of their own, so that whoever reads the log slowly never holds up an event loop.
///
/// Beyond `limit` waiting lines new ones are dropped, and a line says how many.
final class QueuedOutput: LineOutput {
    private struct State {
        var waiting = 0
        var dropped = 0
    }

    private let state = Mutex(State())
    private let thread = StorageThreads(count: 1)
    private let output: any LineOutput
    private let limit: Int

    init(_ output: any LineOutput = StandardError(), limit: Int = 10_000) {
        self.output = output
        self.limit = limit
    }

    func write(_ line: String) {
        let dropped: Int? = state.withLock { state in
            guard state.waiting < limit else {
                state.dropped += 1
                return nil
            }
            state.waiting += 1
            defer { state.dropped = 0 }
            return state.dropped
        }
        guard let dropped else { return }
        thread.start { [self] in
            if dropped > 0 { output.write("samotop: \(dropped) lines of the log were dropped: nobody read them") }
            output.write(line)
            state.withLock { $0.waiting -= 1 }
        }
    }

    /// Waits until all lines are written.
    func flush() async { try? await thread.run {} }
}
