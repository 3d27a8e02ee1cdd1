extension PeerRecord {
    /// A person compared these keys with the domain's owner: from now on only servers with one of them are spoken to.
    ///
    /// - Parameters:
    ///   - keys: SHA-256 of the servers' public keys; at most ``PeerDecision/maximumPins`` are kept, the first. None: no key is pinned
    ///     any more.
    ///   - now: seconds since 1970.
    ///   - maker: who decided, for ``PeerChange/maker``.
    public mutating func pin(_ keys: [Fingerprint], now: Int64, by maker: String? = nil) {
        let unique = keys.reduce(into: [Fingerprint]()) { unique, key in
            if !unique.contains(key), unique.count < PeerDecision.maximumPins { unique.append(key) }
        }
        decide(now, maker, before: "\(decision.pins.count) pinned", after: "\(unique.count) pinned")
        decision.pins = unique
        decision.verifiedAt = unique.isEmpty ? nil : now
    }

    /// The next message may go, until then, to a server that would otherwise make it wait for a decision; if `key` is
    /// given, only to one with that key. It lifts neither DANE nor MTA-STS nor REQUIRETLS, and never lets anything go
    /// in clear.
    ///
    /// - Parameter isLasting: whether what is seen with it is what is known from then on.
    public mutating func acceptOnce(
        key: Fingerprint?, isLasting: Bool = false, until: Int64, now: Int64, by maker: String? = nil
    ) {
        decide(now, maker, before: "", after: isLasting ? "what changed is accepted" : "one message may go")
        decision.acceptOnce = PeerDecision.AcceptOnce(key: key, until: until, isLasting: isLasting)
    }

    /// Takes the permission for one message, for a server with this key.
    ///
    /// - Returns: the permission; nil when there is none (any more).
    public mutating func takePermission(key: Fingerprint?, now: Int64) -> PeerDecision.AcceptOnce? {
        guard let once = decision.acceptOnce, once.until >= now, once.key == nil || once.key == key else { return nil }
        decision.acceptOnce = nil
        return once
    }

    /// The permission was taken, and no message went: it holds on, unless there is another one.
    public mutating func giveBack(_ permission: PeerDecision.AcceptOnce) {
        decision.acceptOnce = decision.acceptOnce ?? permission
    }

    /// Whether mail waits when anything isn't as it was seen before.
    public mutating func holdOnDifference(_ holds: Bool, now: Int64, by maker: String? = nil) {
        guard holds != decision.holdsOnDifference else { return }
        decide(now, maker, before: "holds on difference: \(!holds)", after: "holds on difference: \(holds)")
        decision.holdsOnDifference = holds
    }

    /// Whether all mail for the domain waits.
    public mutating func holdMail(_ holds: Bool, now: Int64, by maker: String? = nil) {
        guard holds != decision.holdsMail else { return }
        decide(now, maker, before: "holds mail: \(!holds)", after: "holds mail: \(holds)")
        decision.holdsMail = holds
    }

    /// What was reached before is given up: the ratchet begins again at `level`, if that is less.
    public mutating func lower(to level: SecurityLevel, now: Int64, by maker: String? = nil) {
        guard level < self.level else { return }
        remember([PeerChange(now, .levelLowered, before: "\(self.level)", after: "\(level)", maker: maker)])
        self.level = level
    }

    private mutating func decide(_ now: Int64, _ maker: String?, before: String, after: String) {
        remember([PeerChange(now, .decision, before: before, after: after, maker: maker)])
    }
}
