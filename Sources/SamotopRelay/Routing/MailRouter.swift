public import NameResolution
public import SMTP

/// Finds the servers that take a domain's mail (RFC 5321 §5.1, RFC 7505).
///
/// Whoever asks gets servers, a refusal, or "not now": a DNS that doesn't answer never refuses mail, and never counts as one that says
/// no. What the DNS names is not trusted: its numbers are bounded, and it can't send us to ourselves or to inside (``AddressRule``).
public struct MailRouter: Sendable {
    let resolver: any Resolver
    let settings: RelaySettings
    private let random: @Sendable () -> UInt64

    /// A router.
    ///
    /// - Parameter random: decides between servers of equal preference.
    public init(
        resolver: any Resolver, settings: RelaySettings,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    ) {
        self.resolver = resolver
        self.settings = settings
        self.random = random
    }

    /// The servers of a domain by the DNS, or of an address literal.
    public func route(to domain: Domain) async -> Routing {
        if case .literal(let literal) = domain { return route(to: literal) }
        guard let name = domain.dnsName, name != .root else { return .refused(.unusableDomain) }
        let answer = await resolver.resolve(name, .mx)
        guard answer.aliases.count <= settings.maximumAliases else { return .postponed(.lookupFailed) }
        switch answer.outcome {
        case .failure(.bogus): return .postponed(.bogus, cause: answer.bogusCause)
        case .failure: return .postponed(.lookupFailed)
        case .noSuchName: return .refused(.noSuchDomain)
        case .noData:
            // RFC 5321 §5.1: the domain is its own host, of preference 0.
            let source = MailHost.Source.implicit(security: answer.security)
            if ([name] + answer.aliases).contains(where: settings.isOwn) { return .refused(.loop) }
            return await choose(from: [Exchange(preference: 0, name: name)], source)
        case .records(let records):
            let source = MailHost.Source.mailExchange(
                expanded: answer.aliases.last, security: answer.security, signature: answer.signature)
            return await route(by: records, source)
        }
    }

    private func route(to literal: AddressLiteral) -> Routing {
        guard let address = literal.address else { return .refused(.unusableDomain) }
        switch settings.addresses.refusal(of: address) {
        case .own, .loopback: return .refused(.loop)
        case .inside: return .refused(.insideAddress)
        case nil:
            let endpoint = Endpoint.address(address, port: settings.port)
            return .hosts([MailHost(source: .literal, name: nil, endpoints: [endpoint])])
        }
    }

    /// An MX record.
    struct Exchange: Sendable {
        let preference: UInt16
        let name: DNSName
    }

    private func route(by records: [RecordData], _ source: MailHost.Source) async -> Routing {
        var best: [DNSName: UInt16] = [:]
        for case .mailExchange(let preference, let name) in records {
            best[name] = min(preference, best[name] ?? .max)
        }
        guard !best.isEmpty else { return .postponed(.lookupFailed) }
        // RFC 7505 §3: the root is no host. Beside others it means nothing.
        best[.root] = nil
        guard !best.isEmpty else { return .refused(.nullMX) }
        // RFC 5321 §5.1: if this host is among them, neither it nor any of equal or lower standing gets the mail.
        if let own = best.filter({ settings.isOwn($0.key) }).values.min() { best = best.filter { $0.value < own } }
        guard !best.isEmpty else { return .refused(.loop) }
        var generator = Randomness(source: random)
        // In a fixed order first, so that the outcome hangs on nothing but `random`.
        var exchanges = best.map { Exchange(preference: $0.value, name: $0.key) }
        exchanges.sort { $0.name.wire.lexicographicallyPrecedes($1.name.wire) }
        exchanges.shuffle(using: &generator)
        exchanges = Self.byPreference(exchanges)
        return await choose(from: Array(exchanges.prefix(max(settings.maximumExchanges, 1))), source)
    }

    /// Looks the addresses of all up, and leaves out what may not be connected to.
    private func choose(from exchanges: [Exchange], _ source: MailHost.Source) async -> Routing {
        let lookups = await lookups(of: exchanges.map(\.name))
        var (hosts, failures): ([MailHost], Set<RoutingFailure>) = ([], [])
        var own: UInt16?
        for (exchange, lookup) in zip(exchanges, lookups) {
            guard case .found(let found) = lookup else {
                failures.insert(lookup == .failed ? .lookupFailed : .noAddress)
                continue
            }
            let refusals = found.addresses.map { settings.addresses.refusal(of: $0) }
            if found.aliases.contains(where: settings.isOwn) || refusals.contains(.own) {
                failures.insert(.loop)
                own = min(own ?? .max, exchange.preference)
                continue
            }
            if refusals.contains(.loopback) { failures.insert(.loop) }
            if refusals.contains(.inside) { failures.insert(.insideAddress) }
            let usable = zip(found.addresses, refusals).filter { $0.1 == nil }.map(\.0)
            guard !usable.isEmpty else { continue }
            let endpoints = ordered(usable).map { Endpoint.address($0, port: settings.port) }
            hosts.append(
                MailHost(
                    source: source, name: exchange.name, preference: exchange.preference, endpoints: endpoints,
                    addressSecurity: found.security))
        }
        if let own { hosts.removeAll { $0.preference >= own } }
        return settled(hosts, failures)
    }

    /// The servers that a route names, in its order.
    func route(to nextHops: [NextHop]) async -> Routing {
        var (hosts, failures): ([MailHost], Set<RoutingFailure>) = ([], [])
        for nextHop in nextHops.prefix(max(settings.maximumExchanges, 1)) {
            switch nextHop {
            case .unix(let path):
                hosts.append(MailHost(source: .route, name: nil, endpoints: [.unix(path: path)]))
            case .host(let text, let port):
                if let address = IPAddress(text) {
                    hosts.append(MailHost(source: .route, name: nil, endpoints: [.address(address, port: port)]))
                    continue
                }
                guard let name = DNSName(internationalized: Array(text.utf8)), name != .root,
                    case .found(let found) = await lookup(name)
                else {
                    failures.insert(.lookupFailed)
                    continue
                }
                let endpoints = ordered(found.addresses).map { Endpoint.address($0, port: port) }
                hosts.append(
                    MailHost(source: .route, name: name, endpoints: endpoints, addressSecurity: found.security))
            }
        }
        // What a route names is our own doing: without a server the mail waits.
        return hosts.isEmpty ? .postponed(failures.first ?? .noAddress) : settled(hosts, failures)
    }

    /// The servers with no more addresses than are tried; without any, why.
    private func settled(_ hosts: [MailHost], _ failures: Set<RoutingFailure>) -> Routing {
        guard !hosts.isEmpty else {
            if failures.contains(.lookupFailed) { return .postponed(.lookupFailed) }
            return .refused([.loop, .insideAddress].first(where: failures.contains) ?? .noAddress)
        }
        var room = max(settings.maximumAddresses, 1)
        var bounded: [MailHost] = []
        for host in hosts where room > 0 {
            let endpoints = Array(host.endpoints.prefix(room))
            room -= endpoints.count
            bounded.append(
                MailHost(
                    source: host.source, name: host.name, preference: host.preference, endpoints: endpoints,
                    addressSecurity: host.addressSecurity))
        }
        return .hosts(bounded)
    }

    /// Both families in turn, so that one that leads nowhere costs one attempt and not all (RFC 8305 §4); within a family as chance will.
    private func ordered(_ addresses: [IPAddress]) -> [IPAddress] {
        var generator = Randomness(source: random)
        var first = addresses.filter { $0.isIPv6 == settings.prefersIPv6 }.shuffled(using: &generator)[...]
        var second = addresses.filter { $0.isIPv6 != settings.prefersIPv6 }.shuffled(using: &generator)[...]
        var ordered: [IPAddress] = []
        while ordered.count < max(settings.maximumAddressesOfHost, 1), !(first.isEmpty && second.isEmpty) {
            if let address = first.popFirst() { ordered.append(address) }
            swap(&first, &second)
        }
        return ordered
    }

    /// Leaves equal ones in their order.
    private static func byPreference(_ exchanges: [Exchange]) -> [Exchange] {
        exchanges.enumerated().sorted { left, right in
            (left.element.preference, left.offset) < (right.element.preference, right.offset)
        }.map(\.element)
    }
}

/// Randomness from outside.
private struct Randomness: RandomNumberGenerator {
    let source: @Sendable () -> UInt64
    func next() -> UInt64 { source() }
}
