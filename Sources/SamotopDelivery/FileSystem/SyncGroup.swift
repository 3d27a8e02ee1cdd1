import Synchronization

/// Lets one `fsync` of a directory serve all threads that asked for it before it started.
///
/// Whoever gets the lock first flushes for everybody who had arrived by then; those find their work done when the lock comes
/// to them. Blocks: only for storage threads.
final class SyncGroup: Sendable {
    private struct Rounds {
        /// The last arrival that a flush served.
        var served: UInt64 = 0
        /// A flush failed: what it lost, no later flush of this descriptor can report.
        var failure: SystemCallError?
    }
    private let directory: OpenDirectory
    private let fileSystem: any FileSystem
    private let arrivals = Atomic<UInt64>(0)
    private let rounds = Mutex(Rounds())

    init(_ directory: OpenDirectory, fileSystem: any FileSystem) {
        self.directory = directory
        self.fileSystem = fileSystem
    }

    /// True after a failed flush: this descriptor must not be used any more.
    var isBroken: Bool { rounds.withLock { $0.failure != nil } }

    /// Returns when all that was done in the directory before this call is on the device.
    func sync() throws(SystemCallError) {
        let arrival = arrivals.add(1, ordering: .sequentiallyConsistent).newValue
        let failure: SystemCallError? = rounds.withLock { rounds in
            if let failure = rounds.failure { return failure }
            if rounds.served >= arrival { return nil }
            let arrived = arrivals.load(ordering: .sequentiallyConsistent)
            do throws(SystemCallError) {
                try fileSystem.syncAll(directory.descriptor)
                rounds.served = arrived
                return nil
            } catch {
                rounds.failure = error
                return error
            }
        }
        if let failure { throw failure }
    }
}
