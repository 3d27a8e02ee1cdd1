/// When a submitted message is to go out: HOLDFOR or HOLDUNTIL of MAIL (RFC 4865 §3).
public enum FutureRelease: Sendable, Hashable {
    /// So many seconds after it is taken: 1 to 999,999,999.
    case after(seconds: UInt32)
    /// At a `date-time` of RFC 3339 §5.6, as written: here it has the form of one, and may still be none, as February 30th.
    case at([UInt8])
}

/// Until when a message is to be delivered: BY of MAIL (RFC 2852 §4).
public struct DeliverBy: Sendable, Hashable {
    /// What comes when it isn't.
    public enum Mode: Sendable, Hashable {
        /// `R`: it is returned.
        case `return`
        /// `N`: its sender is told, and it goes on.
        case notify
    }

    /// Seconds from now, of nine digits at most; in mode ``Mode/notify`` zero and less mean that the time is over.
    public var seconds: Int32
    /// What then.
    public var mode: Mode
    /// `T`: each server that takes it over tells the sender.
    public var traces: Bool

    /// Makes one.
    public init(seconds: Int32, mode: Mode, traces: Bool = false) {
        self.seconds = seconds
        self.mode = mode
        self.traces = traces
    }
}
