import NameResolution

/// The names of the client that lead back to it (RFC 7208 §5.5). Whatever a record asks, PTR records are looked up once, and
/// the addresses of each name once.
struct SPFReverseMapping: Sendable {
    private let client: IPAddress
    private let limits: SPFLimits
    private var names: [DNSName]?
    private var isValid: [DNSName: Bool] = [:]
    /// Whether a look-up for the last answer found nothing.
    private(set) var isVoid = false

    init(_ client: IPAddress, limits: SPFLimits) {
        self.client = client
        self.limits = limits
    }

    /// Whether a validated name is this one, or below it.
    mutating func isValidated(below domain: DNSName, by resolver: any Resolver) async -> Bool {
        isVoid = false
        for name in await names(by: resolver) where name.isEqualOrBelow(domain) {
            if await isValid(name, by: resolver) { return true }
        }
        return false
    }

    /// A validated name: best the domain itself, else one below it, else any (RFC 7208 §7.3).
    mutating func validatedName(at domain: DNSName, by resolver: any Resolver) async -> DNSName? {
        isVoid = false
        let names = await names(by: resolver)
        let below = names.filter { $0.isEqualOrBelow(domain) }
        let others = names.filter { !$0.isEqualOrBelow(domain) }
        for name in below.filter({ $0 == domain }) + below.filter({ $0 != domain }) + others {
            if await isValid(name, by: resolver) { return name }
        }
        return nil
    }

    /// The first names; what can't be a host's name is none of them. A look-up that fails gives none.
    private mutating func names(by resolver: any Resolver) async -> [DNSName] {
        if let names { return names }
        let records = await records(of: client.reverseName, .ptr, by: resolver)
        let found = records.prefix(max(0, limits.pointers)).compactMap { record -> DNSName? in
            if case .name(let name) = record, name.isHostName { name } else { nil }
        }
        names = found
        return found
    }

    /// A name whose addresses can't be looked up is passed over.
    private mutating func isValid(_ name: DNSName, by resolver: any Resolver) async -> Bool {
        if let known = isValid[name] { return known }
        let valid = await records(of: name, client.isIPv6 ? .aaaa : .a, by: resolver)
            .prefix(max(0, limits.addresses)).contains(.address(client))
        isValid[name] = valid
        return valid
    }

    private mutating func records(of name: DNSName, _ type: RecordType, by resolver: any Resolver) async -> [RecordData]
    {
        switch await resolver.resolve(name, type).outcome {
        case .records(let records): return records
        case .noData, .noSuchName:
            isVoid = true
            return []
        case .failure: return []
        }
    }
}
