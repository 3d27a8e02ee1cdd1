import SMTP
import SamotopCore

/// What a directory knows of one domain. Names come first, then patterns, then whoever gets the rest.
struct DomainTable: Sendable {
    struct PatternRow: Sendable {
        let pattern: LocalPartPattern
        let destinations: [Destination]
        /// The place of the field that names the folder.
        let folder: Int?
    }

    var names: [[UInt8]: [Destination]]
    var patterns: [PatternRow] = []
    var others: [Destination] = []
    /// Names that are nobody's, whatever the rest of the table says.
    var nobody: Set<[UInt8]> = []

    /// Where mail for a local-part goes; nil: to nobody.
    func destinations(of content: [UInt8], _ matching: LocalPartMatching) -> [Destination]? {
        let key = Directory.key(content, matching)
        if let found = names[key] { return found }
        if nobody.contains(key) { return nil }
        for row in patterns {
            guard let values = row.pattern.values(in: content, matching) else { continue }
            guard let place = row.folder, place < values.count,
                let folder = FolderName(String(decoding: values[place], as: UTF8.self))
            else { return row.destinations }
            return row.destinations.map { $0.inFolder(folder.text) }
        }
        // RFC 5321 §4.5.1 and RFC 2142 §4: these are for whoever runs the domain, not for whoever takes the rest.
        return others.isEmpty || Directory.roles.contains(Directory.key(content, .ignoringASCIICase)) ? nil : others
    }
}

extension Destination {
    fileprivate func inFolder(_ folder: String) -> Destination {
        guard case .mailbox(let name) = self else { return self }
        return .folder(folder, of: name)
    }
}
