import SamotopCore
import Synchronization

/// Decides whether one flush of the file system serves a batch.
///
/// It writes what everybody has left on that file system, not only us. When that takes long, for example because somebody
/// copies a disk, files are flushed one by one for a while.
final class WholeFlush: Sendable {
    /// Messages from which on it is cheaper than a flush for each.
    static let smallestBatch = 8
    /// Seconds that it may take.
    static let longest: Int64 = 2
    /// Seconds for which it isn't tried again then.
    static let pause: Int64 = 60

    private let clock: any WallClock
    private let pausedUntil = Mutex<Int64?>(nil)

    init(clock: any WallClock) { self.clock = clock }

    /// Runs a delivery with one flush, if that is promising. Nil: deliver file by file.
    func attempt(_ count: Int, _ delivery: () -> [DeliveryError?]?) -> [DeliveryError?]? {
        let start = clock.now().seconds
        let isPaused = pausedUntil.withLock { until in
            // A clock that was set back ends the pause.
            if let time = until, start < time, time - start <= Self.pause { return true }
            until = nil
            return false
        }
        guard count >= Self.smallestBatch, !isPaused else { return nil }
        let errors = delivery()
        let end = clock.now().seconds
        if errors == nil || end - start > Self.longest { pausedUntil.withLock { $0 = end + Self.pause } }
        return errors
    }
}
