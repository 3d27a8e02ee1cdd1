public import SamotopCore
import Synchronization

/// A spool that keeps small messages in memory and large ones in files that nobody can read.
///
/// A file has no name, and each of its 64 KiB chunks is sealed with a key that was drawn for this one message and exists in
/// this process's memory only: no octet of a message reaches the disk in clear, and none outlives the transaction.
/// A message in a file takes a chunk that fills and up to two that are being written.
public final class SealedSpool: Spool {
    private struct Sample {
        let seconds: Int64
        let space: SpoolSpace
    }
    private let directory: String
    private let threads: StorageThreads
    private let settings: SealedSpoolSettings
    private let clock: any WallClock
    private let disk: any SpoolDisk
    let budget: MemoryBudget
    private let sample = Mutex<Sample?>(nil)

    /// Makes a spool.
    ///
    /// - Parameters:
    ///   - directory: where the nameless files live: a directory of ours on a local file system.
    ///   - threads: where file I/O and sealing run.
    ///   - settings: the numbers.
    ///   - clock: free space is asked for at most once a second of it.
    public convenience init(
        directory: String, threads: StorageThreads, settings: SealedSpoolSettings = SealedSpoolSettings(),
        clock: any WallClock = SystemClock()
    ) {
        self.init(directory: directory, threads: threads, settings: settings, clock: clock, disk: HostSpoolDisk())
    }

    init(
        directory: String, threads: StorageThreads, settings: SealedSpoolSettings, clock: any WallClock,
        disk: any SpoolDisk
    ) {
        self.directory = directory
        self.threads = threads
        self.settings = settings
        self.clock = clock
        self.disk = disk
        self.budget = MemoryBudget(settings.memoryBudget)
    }

    /// Opens a place for one message, or refuses it when the device has not 1.5 times its size and the reserve.
    public func open(
        declaredSize: UInt64?, wake: @escaping @Sendable () -> Void
    ) throws(SpoolError) -> any SpoolIntake {
        let space: SpoolSpace
        do { space = try freshSpace() } catch { throw error.spoolError }
        if space.isReadOnly { throw .failed(cause: "spool: read-only file system") }
        let size = declaredSize ?? settings.largestMessage
        let (needed, overflows) = size.addingReportingOverflow(size / 2)
        let (total, overflowsToo) = needed.addingReportingOverflow(settings.reservedBytes)
        guard !overflows, !overflowsToo, space.freeBytes >= total else {
            throw .insufficientStorage(cause: "spool: \(space.freeBytes) octets free")
        }
        guard (space.freeFiles ?? .max) >= settings.reservedFiles else {
            throw .insufficientStorage(cause: "spool: \(space.freeFiles ?? 0) files free")
        }
        return SealedIntake(
            SealedTransaction(
                directory: directory, threads: threads, threshold: settings.threshold, budget: budget, disk: disk,
                wake: wake))
    }

    /// Local file systems answer from memory, so that an event loop can ask; still not more often than it helps.
    private func freshSpace() throws(SystemCallError) -> SpoolSpace {
        let now = clock.now().seconds
        if let sample = sample.withLock({ $0 }), sample.seconds == now { return sample.space }
        let space = try disk.space(of: directory)
        sample.withLock { $0 = Sample(seconds: now, space: space) }
        return space
    }
}
