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
    /// Whether they are asked about each new name first.
    var asksAboutNames = false
    /// Names that are nobody's, whatever the rest of the table says.
    var nobody: Set<[UInt8]> = []

    /// Where mail for a local-part goes, and which row says it; nil: to nobody.
    func find(
        _ content: [UInt8], _ matching: LocalPartMatching
    ) -> (destinations: [Destination]?, reason: DirectoryOutcome.Reason) {
        let key = Directory.key(content, matching)
        if let found = names[key] { return (found, .name) }
        if nobody.contains(key) { return (nil, .nobody) }
        for row in patterns {
            guard let values = row.pattern.values(in: content, matching) else { continue }
            guard let place = row.folder, place < values.count,
                let folder = FolderName(String(decoding: values[place], as: UTF8.self))
            else { return (row.destinations, .pattern(row.pattern.text)) }
            return (row.destinations.map { $0.inFolder(folder.text) }, .pattern(row.pattern.text))
        }
        // RFC 5321 §4.5.1 and RFC 2142 §4: these are for whoever runs the domain, not for whoever takes the rest.
        if others.isEmpty || Directory.roles.contains(Directory.key(content, .ignoringASCIICase)) {
            return (nil, .unknown)
        }
        return (others, .everyoneElse)
    }
}

extension Destination {
    fileprivate func inFolder(_ folder: String) -> Destination {
        guard case .mailbox(let name) = self else { return self }
        return .folder(folder, of: name)
    }
}
