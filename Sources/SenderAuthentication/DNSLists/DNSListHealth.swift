public import NameResolution

/// Whether a list works, by the entries that every list has and those that none has (RFC 5782 §5).
public enum DNSListHealth: Sendable, Hashable {
    /// It works.
    case alive
    /// It lacks the entry that every list has: it was emptied, moved, or doesn't serve whoever asks.
    case dead
    /// It has the entry that no list has: it says yes to everything.
    case listsEverything
    /// The DNS didn't tell.
    case temperror

    /// Whether its answers may count for anything.
    public var isUsable: Bool { self == .alive }
}

extension DNSList {
    /// Asks for the test entries of all that the list covers: for IPv4 `127.0.0.2` and `127.0.0.1`, for IPv6
    /// `::ffff:7f00:2` and `::ffff:7f00:1`, for domains `test` and `invalid`; the first is in every list, the second
    /// in none. To be asked at start and now and then: a list that isn't alive blocks nobody, or everybody.
    public func health(asking resolver: any Resolver) async -> DNSListHealth {
        for (entry, nonentry) in testNames {
            for (name, isWanted) in [(entry, true), (nonentry, false)] {
                guard let name else { return .dead }
                do {
                    let answers = try await resolver.addresses(name, isIPv6: false)
                    if isWanted, !answers.contains(where: Self.isAnswerOfList) { return .dead }
                    // Whatever the answer is, there should be none.
                    if !isWanted, !answers.isEmpty { return .listsEverything }
                } catch {
                    return .temperror
                }
            }
        }
        return .alive
    }

    private var testNames: [(entry: DNSName?, nonentry: DNSName?)] {
        let address = { (text: String) in IPAddress(text).flatMap { zone.prefixed(by: $0.reversedLabels) } }
        var names: [(entry: DNSName?, nonentry: DNSName?)] = []
        if coverage.contains(.ipv4) { names.append((address("127.0.0.2"), address("127.0.0.1"))) }
        if coverage.contains(.ipv6) { names.append((address("::ffff:7f00:2"), address("::ffff:7f00:1"))) }
        if coverage.contains(.domains) { names.append((zone.prefixed(by: "test"), zone.prefixed(by: "invalid"))) }
        return names
    }
}
