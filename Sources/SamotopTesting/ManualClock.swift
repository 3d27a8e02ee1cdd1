public import SamotopCore
import Synchronization

/// A clock that tests turn.
public final class ManualClock: WallClock {
    private let time: Mutex<Timestamp>

    /// A clock that shows `seconds` since 1970.
    public init(seconds: Int64 = 1_700_000_000) { time = Mutex(Timestamp(seconds: seconds)) }

    public func now() -> Timestamp { time.withLock { $0 } }

    /// Turns the clock.
    public func advance(by seconds: Int64) { time.withLock { $0.seconds += seconds } }
}
