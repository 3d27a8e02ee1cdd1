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
        let handedTo: [String: String]?

        init(_ entry: DirectoryEntry, of directory: Directory) {
            kind = entry.kind.rawValue
            address = entry.text
            example = entry.example
            to = entry.destinations.map(DirectoryOutput.text)
            handedTo = DirectoryOutput.handedTo(entry.destinations, directory)
        }

        var line: String {
            let rest = kind == "nobody" ? "nobody" : DirectoryOutput.list(to, handedTo)
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
        let handedTo: [String: String]?

        init(_ address: String, _ outcome: DirectoryOutcome, of directory: Directory) {
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
                handedTo = DirectoryOutput.handedTo(destinations, directory)
            } else {
                to = []
                handedTo = nil
            }
        }

        var line: String {
            let why = pattern.map { "\(reason) \($0)" } ?? reason
            return OneLine.escaped(
                "\(address)  \(to.isEmpty ? "nobody" : DirectoryOutput.list(to, handedTo))  (\(why))", limit: 2_000)
        }
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// What gets the mail of those mailboxes that keep none themselves, by their names; nil: they all keep it.
    private static func handedTo(_ destinations: [Destination], _ directory: Directory) -> [String: String]? {
        var found: [String: String] = [:]
        for destination in destinations {
            guard let name = destination.mailbox, let mailbox = directory.handedMailbox(name) else { continue }
            found[text(destination)] = mailbox.handover.description
        }
        return found.isEmpty ? nil : found
    }

    /// On one line, with what gets their mail in brackets.
    private static func list(_ to: [String], _ handedTo: [String: String]?) -> String {
        to.map { name in handedTo?[name].map { "\(name) [\($0)]" } ?? name }.joined(separator: " ")
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
