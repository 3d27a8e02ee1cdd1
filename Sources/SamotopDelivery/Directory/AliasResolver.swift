import SamotopCore
import SMTP

/// Follows aliases to mailboxes while a directory is built.
struct AliasResolver {
    private let matching: LocalPartMatching
    private let allowsForwarding: Bool
    private var aliases: [Directory.Place: AliasEntry] = [:]
    private var order: [Directory.Place] = []
    private var following: Set<Directory.Place> = []

    init(matching: LocalPartMatching, allowsForwarding: Bool) {
        self.matching = matching
        self.allowsForwarding = allowsForwarding
    }

    /// Adds an alias; false when there is one already.
    mutating func add(_ alias: AliasEntry, at place: Directory.Place) -> Bool {
        guard aliases.updateValue(alias, forKey: place) == nil else { return false }
        order.append(place)
        return true
    }

    /// The tables with each alias's destinations, each destination once.
    mutating func resolveAll(
        into mailboxes: [DomainName: [[UInt8]: [Destination]]]
    ) throws(DirectoryError) -> [DomainName: [[UInt8]: [Destination]]] {
        var tables = mailboxes
        for place in order { _ = try resolve(place, in: &tables, depth: 1) }
        return tables
    }

    /// Where targets lead that are no alias's, each destination once, with all aliases resolved.
    ///
    /// - Parameter entry: the row that names them, in words.
    func destinations(
        of targets: [Mailbox], for entry: String, in tables: [DomainName: [[UInt8]: [Destination]]]
    ) throws(DirectoryError) -> [Destination] {
        guard !targets.isEmpty else { throw .entryWithoutTarget(entry) }
        var destinations: [Destination] = []
        for target in targets {
            var found: [Destination] = []
            if case .name(let name) = target.domain, let table = tables[name] {
                found = table[Directory.key(target.localPart.content, matching)] ?? []
            } else if allowsForwarding, case .name = target.domain {
                found = [.remote(target)]
            }
            guard !found.isEmpty else { throw .entryOfUnknownTarget(entry, target: target) }
            for destination in found where !destinations.contains(destination) { destinations.append(destination) }
        }
        return destinations
    }

    private mutating func resolve(
        _ place: Directory.Place, in tables: inout [DomainName: [[UInt8]: [Destination]]], depth: Int
    ) throws(DirectoryError) -> [Destination]? {
        if let known = tables[place.domain]?[place.key] { return known }
        guard let alias = aliases[place] else { return nil }
        guard !alias.targets.isEmpty else { throw .noTarget(alias: alias.address) }
        guard depth <= Directory.deepestAlias else { throw .tooDeep(alias: alias.address) }
        guard following.insert(place).inserted else { throw .loop(alias: alias.address) }
        defer { following.remove(place) }
        var destinations: [Destination] = []
        for target in alias.targets {
            guard case .name(let name) = target.domain else {
                throw .unknownTarget(alias: alias.address, target: target)
            }
            guard tables[name] != nil else {
                guard allowsForwarding else { throw .foreignTarget(alias: alias.address, target: target) }
                let destination = Destination.remote(target)
                if !destinations.contains(destination) { destinations.append(destination) }
                continue
            }
            let next = Directory.Place(domain: name, key: Directory.key(target.localPart.content, matching))
            guard let found = try resolve(next, in: &tables, depth: depth + 1) else {
                throw .unknownTarget(alias: alias.address, target: target)
            }
            for destination in found where !destinations.contains(destination) { destinations.append(destination) }
        }
        tables[place.domain]?[place.key] = destinations
        return destinations
    }
}
