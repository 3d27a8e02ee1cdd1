extension PeerRecord {
    /// A person compared these keys with the domain's owner: from now on only servers with one of them are spoken to.
    ///
    /// - Parameters:
    ///   - keys: SHA-256 of the servers' public keys; at most ``PeerDecision/maximumPins`` are kept, the first.
    ///   - now: seconds since 1970.
    public mutating func verify(_ keys: [Fingerprint], now: Int64) { fatalError() }

    /// No key is pinned any more.
    public mutating func unpin(now: Int64) { fatalError() }

    /// The next message may go, until then, to a server that would otherwise make it wait for a decision; if `key` is given, only to one with
    /// that key.
    public mutating func acceptOnce(key: Fingerprint?, until: Int64, now: Int64) { fatalError() }

    /// Whether mail waits when a server has a new key.
    public mutating func holdOnDifference(_ holds: Bool, now: Int64) { fatalError() }

    /// What was reached before is given up: the ratchet begins again at `level`.
    public mutating func lower(to level: SecurityLevel, now: Int64) { fatalError() }
}
