import NameResolution

extension PeerRecord {
    /// Takes over what was seen; gives back what changed, which ``changes`` has, too.
    ///
    /// A connection that failed changes only how the domain stands, and is remembered with what the server presented,
    /// so that a person can decide; what was known of the server stays.
    ///
    /// - Parameter isLasting: whether the permission that the message needed says that this is how the domain is now.
    @discardableResult
    public mutating func note(_ observation: PeerObservation, isLasting: Bool = false) -> [PeerChange] {
        guard observation.domain == domain else { return [] }
        var found: [PeerChange] = []
        let time = max(observation.time, lastSeen)
        lastSeen = time
        if standing != observation.standing, observation.standing != .unknown {
            found.append(PeerChange(time, .standing, before: standing.rawValue, after: observation.standing.rawValue))
            (standing, standingSince) = (observation.standing, time)
        }
        bogusCause = observation.dane.reason.isBogus ? observation.dane.bogusCause : nil
        guard observation.outcome == .proceed else {
            if !observation.chain.isEmpty {
                offered = PeerOffer(
                    time: time, host: observation.host, chain: observation.chain,
                    records: PeerHost.kept(observation.records),
                    isHeld: observation.outcome == .hold, isDifference: observation.isDifference,
                    words: observation.words.prefix(octets: PeerChange.maximumText))
            }
            remember(found)
            return found
        }
        guard !observation.usesAcceptOnce || isLasting else {
            // A message that a person let go once proves nothing: the next one waits again.
            remember(found)
            return found
        }
        offered = nil
        if let security = observation.dane.mailExchangeSecurity, security != mailExchangeSecurity {
            found.append(
                PeerChange(
                    time, .mailExchangeSecurity, before: mailExchangeSecurity?.rawValue ?? "", after: security.rawValue)
            )
            mailExchangeSecurity = security
        }
        mailExchangeSignature = observation.dane.mailExchangeSignature
        // That there is none any more is a difference, which a person has accepted.
        if isLasting { policy = observation.policy }
        if let seen = observation.policy, seen != policy {
            found.append(PeerChange(time, .policy, before: policy?.summary ?? "", after: seen.summary))
            policy = seen
        }
        found += noteHost(observation, time)
        if observation.level > level {
            found.append(PeerChange(time, .levelRaised, before: "\(level)", after: "\(observation.level)"))
            level = observation.level
        }
        remember(found)
        return found
    }

    private mutating func noteHost(_ observation: PeerObservation, _ time: Int64) -> [PeerChange] {
        let name = observation.host
        var found: [PeerChange] = []
        var host: PeerHost
        if let index = hosts.firstIndex(where: { $0.name == name }) {
            host = hosts.remove(at: index)
        } else {
            found.append(PeerChange(time, .newHost, host: name, before: "", after: name.text))
            host = PeerHost(name: name, time: time)
        }
        let isKnown = host.chain.first != nil
        if isKnown, host.dane != observation.dane.reason {
            found.append(
                PeerChange(
                    time, .addressSecurity, host: name, before: host.dane?.rawValue ?? "",
                    after: observation.dane.reason.rawValue))
        }
        let records = PeerHost.kept(observation.records)
        if Set(records.map(\.record)) != Set(host.records) {
            if isKnown {
                found.append(
                    PeerChange(
                        time, .records, host: name, before: host.records.summary,
                        after: records.map(\.record).summary))
            }
            host.recordsSince = time
        }
        if let key = observation.chain.first, let before = host.chain.first, key != before {
            found.append(PeerChange(time, .key, host: name, before: before.description, after: key.description))
        }
        host.note(observation, records: records, time: time)
        hosts.insert(host, at: 0)
        if hosts.count > Self.maximumHosts {
            let unproven = hosts.lastIndex { $0.provenKeys.isEmpty }
            // Whoever can name servers can't drive out those that were proven.
            hosts.remove(at: unproven ?? hosts.count - 1)
        }
        return found
    }

    /// Takes over that the signatures of its MX records are wrong, so that nobody connects.
    ///
    /// - Parameter cause: why, in the resolver's words.
    public mutating func noteBogus(_ cause: String?, now: Int64) {
        lastSeen = max(now, lastSeen)
        bogusCause = cause?.prefix(octets: PeerChange.maximumText)
        guard standing != .bogus else { return }
        remember([PeerChange(lastSeen, .standing, before: standing.rawValue, after: PeerStanding.bogus.rawValue)])
        (standing, standingSince) = (.bogus, lastSeen)
    }

    /// Takes over that a key signed mail of the domain.
    @discardableResult
    public mutating func note(_ key: DKIMKeyObservation) -> [PeerChange] {
        var found: [PeerChange] = []
        var seen = key
        lastSeen = max(lastSeen, key.lastSeen)
        if let index = dkimKeys.firstIndex(where: { $0.selector == key.selector && $0.key == key.key }) {
            seen.firstSeen = dkimKeys[index].firstSeen
            seen.lastSeen = max(dkimKeys[index].lastSeen, key.lastSeen)
            dkimKeys.remove(at: index)
        } else if let before = dkimKeys.first(where: { $0.selector == key.selector }) {
            found.append(PeerChange(lastSeen, .dkimKey, before: before.summary, after: key.summary))
        } else {
            found.append(PeerChange(lastSeen, .dkimKey, before: "", after: key.summary))
        }
        dkimKeys.insert(seen, at: 0)
        if dkimKeys.count > Self.maximumDKIMKeys { dkimKeys.removeLast() }
        remember(found)
        return found
    }

    mutating func remember(_ found: [PeerChange]) {
        changes = Array((found.reversed() + changes).prefix(Self.maximumChanges))
    }
}

extension PeerHost {
    /// Whether a server of this name had the key.
    func knows(_ key: Fingerprint) -> Bool { chain.first == key || provenKeys.contains(key) }

    mutating func note(_ observation: PeerObservation, records: [DANEVerdict.Entry], time: Int64) {
        lastSeen = time
        dane = observation.dane.reason
        entries = records
        signature = observation.dane.signature
        chain = observation.chain
        version = observation.version
        authentications = observation.authentications
        guard observation.level == .authenticated, let key = observation.chain.first else { return }
        provenKeys = Array(([key] + provenKeys.filter { $0 != key }).prefix(Self.maximumKeys))
    }
}

extension [TLSARecord] {
    fileprivate var summary: String {
        map { "\($0.usage) \($0.selector) \($0.matchingType)" }.sorted().joined(separator: ", ")
    }
}

extension MTASTSPolicy {
    fileprivate var summary: String { "\(mode.rawValue): \(patterns.joined(separator: ", "))" }
}

extension DKIMKeyObservation {
    fileprivate var summary: String { "\(selector): \(algorithm) \(bits) \(key)" }
}
