/// Decides when the mailboxes are written: the first message at once; what follows in batches that are worth their flushes;
/// and when mail pours in, a little later, so that all of a burst is accepted first.
///
/// Ask before each batch with the moment of a clock that only goes forward.
struct BurstPolicy {
    /// Between two batches.
    static let pace = Duration.milliseconds(20)
    /// Between two looks at a burst.
    static let look = Duration.milliseconds(50)
    /// Messages that come within ``pace`` when a burst begins.
    static let beginning = 12
    /// Messages that come within ``look`` while it goes on.
    static let rate: UInt64 = 32

    /// How long mail may wait in a burst.
    let patience: Duration
    /// Octets that may wait in a burst.
    let maximumOctets: Int
    private var delivered: Duration?
    private var burst: Duration?
    private var seen: UInt64 = 0

    init(patience: Duration, maximumOctets: Int) {
        self.patience = patience
        self.maximumOctets = maximumOctets
    }

    /// The time after which to ask again; nil: deliver now.
    ///
    /// - Parameters:
    ///   - due: messages that wait.
    ///   - octets: of messages that wait.
    ///   - accepted: messages ever accepted.
    ///   - now: the moment.
    mutating func pause(due: Int, octets: Int, accepted: UInt64, now: Duration) -> Duration? {
        defer { seen = accepted }
        if due > 0, due < Self.beginning, let delivered, now - delivered < Self.pace { return Self.pace }
        if let start = burst {
            if accepted &- seen >= Self.rate, now - start < patience, octets < maximumOctets { return Self.look }
            // The next burst is another one only when this one's mail is delivered.
            if due < Self.beginning { burst = nil }
        } else if due >= Self.beginning {
            burst = now
            return Self.look
        }
        delivered = now
        return nil
    }
}
