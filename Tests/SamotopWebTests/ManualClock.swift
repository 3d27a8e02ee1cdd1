#if Web
    import SamotopCore
    import Synchronization

    /// Stands still until it is turned.
    final class ManualClock: WallClock {
        private let time: Mutex<Timestamp>

        init(_ seconds: Int64 = 1_795_700_000) { time = Mutex(Timestamp(seconds: seconds)) }

        func now() -> Timestamp { time.withLock { $0 } }

        func advance(seconds: Int64) { time.withLock { $0.seconds += seconds } }
    }
#endif
