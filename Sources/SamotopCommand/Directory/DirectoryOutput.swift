import Foundation
import SMTP
import SamotopCore
import SamotopDelivery

/// The directory as the command line shows it.
enum DirectoryOutput {
    /// A row.
    struct Entry: Encodable {
        let kind: String
        let address: String
        let example: String?
        let to: [String]

        init(_ entry: DirectoryEntry) {
            kind = entry.kind.rawValue
            address = entry.text
            example = entry.example
            to = entry.destinations.map(DirectoryOutput.text)
        }

        var line: String {
            let rest = kind == "nobody" ? "nobody" : to.joined(separator: " ")
            return OneLine.escaped("\(kind)  \(address)  \(rest)", limit: 2_000)
        }
    }

    /// What becomes of mail for one address.
    struct Outcome: Encodable {
        let address: String
        /// What decides: name, pattern, role, everyone-else, nobody, unknown, foreign.
        let reason: String
        let pattern: String?
        let to: [String]

        init(_ address: String, _ outcome: DirectoryOutcome) {
            self.address = address
            var pattern: String?
            switch outcome.reason {
            case .name: reason = "name"
            case .nobody: reason = "nobody"
            case .pattern(let text): (reason, pattern) = ("pattern", text)
            case .role: reason = "role"
            case .everyoneElse: reason = "everyone-else"
            case .unknown: reason = "unknown"
            case .foreign: reason = "foreign"
            }
            self.pattern = pattern
            if case .destinations(let destinations) = outcome.answer {
                to = destinations.map(DirectoryOutput.text)
            } else {
                to = []
            }
        }

        var line: String {
            let why = pattern.map { "\(reason) \($0)" } ?? reason
            return OneLine.escaped(
                "\(address)  \(to.isEmpty ? "nobody" : to.joined(separator: " "))  (\(why))", limit: 2_000)
        }
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// A mailbox by its name, with the folder behind a colon; an address of another server.
    private static func text(_ destination: Destination) -> String {
        switch destination {
        case .mailbox(let name): name
        case .folder(let folder, of: let name): "\(name):\(folder)"
        case .remote(let mailbox): String(decoding: mailbox.bytes, as: UTF8.self)
        }
    }
}
