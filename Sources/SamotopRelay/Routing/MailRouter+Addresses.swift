import NameResolution

extension MailRouter {
    /// What became of looking a host's addresses up.
    enum Lookup: Sendable, Hashable {
        case found(Found)
        /// The host has none.
        case none
        /// Nobody knows.
        case failed
    }

    /// A host's addresses.
    struct Found: Sendable, Hashable {
        /// Of both families, at least one; as many as a host may have at most.
        let addresses: [IPAddress]
        /// Secure only if all answers are.
        let security: SecurityStatus
        /// The names that the host's led to.
        let aliases: [DNSName]
    }

    /// Addresses of a host that are looked at; an answer with more is cut.
    private static let maximumRecords = 256

    /// The hosts' addresses, all looked up at once, in the order of the names.
    func lookups(of names: [DNSName]) async -> [Lookup] {
        await withTaskGroup(of: (Int, Lookup).self) { group in
            for (index, name) in names.enumerated() {
                group.addTask { (index, await lookup(name)) }
            }
            var lookups = [Lookup](repeating: .failed, count: names.count)
            for await (index, lookup) in group where lookups.indices.contains(index) { lookups[index] = lookup }
            return lookups
        }
    }

    /// A host's addresses of both families.
    func lookup(_ name: DNSName) async -> Lookup {
        async let six = resolver.resolve(name, .aaaa)
        async let four = resolver.resolve(name, .a)
        let answers = await [six, four]
        var (addresses, aliases): ([IPAddress], [DNSName]) = ([], [])
        var security = SecurityStatus.secure
        var hasFailed = false
        for answer in answers {
            guard answer.aliases.count <= settings.maximumAliases, let records = try? answer.records else {
                hasFailed = true
                continue
            }
            if answer.security != .secure { security = answer.security }
            aliases += answer.aliases
            addresses += records.prefix(Self.maximumRecords).compactMap { record in
                if case .address(let address) = record { address } else { nil }
            }
        }
        guard !addresses.isEmpty else { return hasFailed ? .failed : .none }
        return .found(Found(addresses: addresses, security: security, aliases: aliases))
    }
}
