import Synchronization

/// Lets one `fsync` of a directory serve all threads that asked for it before it started.
///
/// Whoever gets the lock first flushes for everybody who had arrived by then; those find their work done when the lock comes
/// to them. Blocks: only for storage threads.
final class SyncGroup: Sendable {
    private struct Rounds {
        /// The last arrival that a flush served.
        var served: UInt64 = 0
        var failure: SystemCallError?
    }
    private let directory: OpenDirectory
    private let fileSystem: any FileSystem
    private let arrivals = Atomic<UInt64>(0)
    private let rounds = Mutex(Rounds())
    private let broken = Atomic(false)

    init(_ directory: OpenDirectory, fileSystem: any FileSystem) {
        self.directory = directory
        self.fileSystem = fileSystem
    }

    /// True after a failed flush: what it lost, no later flush of this descriptor can report. Use another one.
    var isBroken: Bool { broken.load(ordering: .relaxed) }

    /// Calls of ``sync()`` so far.
    var calls: UInt64 { arrivals.load(ordering: .sequentiallyConsistent) }

    /// Returns when all that was done in the directory before this call is on the device.
    func sync() throws(SystemCallError) {
        let arrival = arrivals.add(1, ordering: .sequentiallyConsistent).newValue
        let failure: SystemCallError? = rounds.withLock { rounds in
            if rounds.served >= arrival { return nil }
            if let failure = rounds.failure { return failure }
            let arrived = arrivals.load(ordering: .sequentiallyConsistent)
            do throws(SystemCallError) {
                try fileSystem.syncAll(directory.descriptor)
                rounds.served = arrived
                return nil
            } catch {
                rounds.failure = error
                broken.store(true, ordering: .relaxed)
                return error
            }
        }
        if let failure { throw failure }
    }
}
