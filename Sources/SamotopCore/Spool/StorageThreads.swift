import CLinux
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Synchronization

/// A fixed number of threads that do blocking file I/O, so that no event loop and no thread of Swift's own pool ever waits for a disk.
///
/// Work is taken in order. The threads live as long as the process: make one pool and share it.
public final class StorageThreads: Sendable {
    private let queue: WorkQueue

    /// Starts `count` threads (at least one).
    ///
    /// - Parameters:
    ///   - name: what tools that list threads show; 15 octets at most.
    ///   - niceness: added to the process's own (setpriority(2)): 1 to 19 for work that others shall not wait for.
    public init(count: Int = 8, name: String = "storage", niceness: Int32 = 0) {
        queue = WorkQueue(name: name, niceness: niceness)
        for _ in 0..<max(1, count) { queue.startThread() }
    }

    deinit { queue.stop() }

    /// Runs blocking work on one of the threads and returns what it returned.
    public func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.add { continuation.resume(with: Result(catching: work)) }
        }
    }

    /// Begins blocking work on one of the threads, for a thread that does something else meanwhile.
    package func begin<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) -> BegunWork<Value> {
        let begun = BegunWork<Value>()
        queue.add { begun.finish(Result(catching: work)) }
        return begun
    }

    /// Runs blocking work on one of the threads; nobody waits for it.
    public func start(_ work: @escaping @Sendable () -> Void) { queue.add(work) }
}

/// The queue behind the threads: apart from the pool, so that a thread holds the queue and not the pool.
private final class WorkQueue: Sendable {
    private struct State {
        /// Taken work becomes nil at once, so that nothing outlives it that it held.
        var work: [(@Sendable () -> Void)?] = []
        var next = 0
        var stopped = false
    }
    private let name: String
    private let niceness: Int32
    private let state = Mutex(State())
    private let waiting = WaitingRoom()

    init(name: String, niceness: Int32) {
        self.name = name
        self.niceness = niceness
    }

    func add(_ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.work.append(work) }
        waiting.signal()
    }

    func stop() {
        state.withLock { $0.stopped = true }
        waiting.signalAll()
    }

    /// The next piece of work, or nil when the pool was stopped and all work is done.
    private func take() -> (@Sendable () -> Void)? {
        while true {
            enum Turn { case work(@Sendable () -> Void), stop, wait }
            let ticket = waiting.ticket
            let turn: Turn = state.withLock { state in
                guard state.next < state.work.count else { return state.stopped ? .stop : .wait }
                let work = state.work[state.next]
                state.work[state.next] = nil
                state.next += 1
                if state.next == state.work.count {
                    state.work.removeAll(keepingCapacity: true)
                    state.next = 0
                } else if state.next >= 4096 {
                    state.work.removeFirst(state.next)
                    state.next = 0
                }
                return work.map { .work($0) } ?? .wait
            }
            switch turn {
            case .work(let work): return work
            case .stop: return nil
            case .wait: waiting.wait(since: ticket)
            }
        }
    }

    private func prepareThread() {
        linux_name_thread(name)
        if niceness > 0 { linux_lower_priority(niceness) }
    }

    func startThread() {
        let box = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let failed = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let queue = Unmanaged<WorkQueue>.fromOpaque(argument).takeRetainedValue()
                queue.prepareThread()
                while let work = queue.take() { work() }
                return nil
            }, box.toOpaque())
        if failed == 0 { pthread_detach(thread) } else { box.release() }
    }
}
