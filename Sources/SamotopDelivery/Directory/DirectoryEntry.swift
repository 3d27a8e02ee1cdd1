public import SamotopCore
import SMTP

/// A row of a directory as people read it.
public struct DirectoryEntry: Sendable, Hashable {
    /// What kind of row.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// One address.
        case name
        /// Many addresses by convention.
        case pattern
        /// What nobody claimed in a domain.
        case everyoneElse = "everyone-else"
        /// A name that is refused all the same.
        case nobody
    }

    /// What kind.
    public let kind: Kind
    /// The address; for patterns with its fields in braces, for the rest of a domain `@example.org`.
    public let text: String
    /// An address of it, for patterns.
    public let example: String?
    /// Where its mail goes; nowhere for ``Kind/nobody``.
    public let destinations: [Destination]
}

extension Directory {
    /// Rows that people can read, in the order of domains, kinds and names.
    ///
    /// - Parameters:
    ///   - limit: at most so many.
    ///   - isWanted: rows with one such destination; nil: all, also names that are nobody's.
    public func entries(limit: Int = .max, where isWanted: ((Destination) -> Bool)? = nil) -> [DirectoryEntry] {
        var found: [DirectoryEntry] = []
        func fits(_ destinations: [Destination]) -> Bool { isWanted.map { destinations.contains(where: $0) } ?? true }
        for (domain, table) in domains.sorted(by: { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }) {
            if found.count >= limit { break }
            let at = "@" + String(decoding: domain.bytes, as: UTF8.self)
            func add(_ kind: DirectoryEntry.Kind, _ text: String, _ to: [Destination], example: String? = nil) {
                if found.count < limit {
                    found.append(DirectoryEntry(kind: kind, text: text, example: example, destinations: to))
                }
            }
            let names = table.names.filter { fits($0.value) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            for (key, to) in names.prefix(max(0, limit - found.count)) {
                let text = LocalPart(key).map { String(decoding: $0.bytes, as: UTF8.self) + at }
                add(.name, text ?? String(decoding: key, as: UTF8.self) + at, to)
            }
            for row in table.patterns where fits(row.destinations) {
                add(.pattern, row.pattern.text + at, row.destinations, example: row.pattern.example + at)
            }
            if !table.others.isEmpty, fits(table.others) { add(.everyoneElse, at, table.others) }
            if isWanted == nil {
                for key in table.nobody.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                    add(.nobody, String(decoding: key, as: UTF8.self) + at, [])
                }
            }
        }
        return found
    }
}

extension LocalPartPattern {
    /// A local-part of this pattern: its fields filled with their names.
    var example: String {
        parts.map {
            switch $0 {
            case .literal(let octets): String(decoding: octets, as: UTF8.self)
            case .field(let name): name
            }
        }.joined()
    }
}
