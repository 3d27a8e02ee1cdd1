#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import SamotopCore
import Synchronization

/// Lines written by a thread of their own, so that whoever reads the log slowly never holds up an event loop.
///
/// Lines of one moment go out together. Beyond `limit` waiting lines new ones are dropped, and a line says how many.
final class QueuedOutput: LineOutput {
    private struct State {
        var lines: [String] = []
        /// Lines that are being written.
        var taken = 0
        var dropped = 0
        var isWriting = false
    }

    /// Microseconds in which more lines may come.
    private static let moment: UInt32 = 2_000

    private let state = Mutex(State())
    private let thread = StorageThreads(count: 1, name: "log")
    private let output: any LineOutput
    private let limit: Int

    init(_ output: any LineOutput = StandardError(), limit: Int = 10_000) {
        self.output = output
        self.limit = limit
    }

    func write(_ lines: [String]) {
        let mustStart = state.withLock { state in
            for line in lines {
                guard state.lines.count + state.taken < limit else {
                    state.dropped += 1
                    continue
                }
                if state.dropped > 0 {
                    state.lines.append("samotop: \(state.dropped) lines of the log were dropped: nobody read them")
                    state.dropped = 0
                }
                state.lines.append(line)
            }
            guard !state.isWriting, !state.lines.isEmpty else { return false }
            state.isWriting = true
            return true
        }
        if mustStart { thread.start { [self] in writeAll() } }
    }

    private func writeAll() {
        usleep(Self.moment)
        while true {
            let lines = state.withLock { state in
                let lines = state.lines
                state.lines = []
                state.taken = lines.count
                if lines.isEmpty { state.isWriting = false }
                return lines
            }
            guard !lines.isEmpty else { return }
            output.write(lines)
        }
    }

    /// Waits until all lines are written.
    func flush() async { try? await thread.run {} }
}
