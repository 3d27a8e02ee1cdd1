import ArgumentParser
import Foundation
import Testing

@testable import SamotopCommand

@Suite("README works as written")
struct ReadmeTests {
    /// What is shown to be typed or written: indented lines, up to the next blank one, without their indentation.
    static let blocks: [[String]] = {
        let text = (try? DocumentationTests.text("README.md")) ?? ""
        let paragraphs = text.split(separator: "\n", omittingEmptySubsequences: false).split(separator: "")
        return paragraphs.filter { $0.allSatisfy { $0.hasPrefix("    ") } }.map { $0.map { String($0.dropFirst(4)) } }
    }()

    /// Those that begin with a key.
    static let configurations = blocks.filter { key(of: $0.first ?? "") != nil }

    static let commands = blocks.flatMap(\.self).compactMap { line -> String? in
        guard let start = line.firstRange(of: "samotop "), start.lowerBound == line.startIndex || line.contains("| ")
        else { return nil }
        return String(line[start.lowerBound...].prefix(upTo: line.firstRange(of: " #")?.lowerBound ?? line.endIndex))
    }

    /// What the rest of a configuration may be, by its sections.
    static let surroundings = [
        "name: mx.example.org", "state: /var/lib/samotop", "postmaster: ann@example.org",
        "listeners:\n  mx: {listen: \"0.0.0.0:25\"}",
        "tls:\n  certificates:\n    - {certificate: /etc/tls/chain.pem, key: /etc/tls/key.pem}",
        "relay: {}", "domains:\n  example.org:\n    mailboxes:\n      ann:\n      bob:",
    ]

    @Test("What looks like configuration is one, with what else it takes", arguments: configurations)
    func configuration(block: [String]) {
        let written = Set(block.compactMap(Self.key))
        let rest = Self.surroundings.filter { !written.contains(Self.key(of: $0) ?? "") }
        #expect(ConfigurationTests.problems((rest + block).joined(separator: "\n") + "\n") == [])
    }

    @Test("Every command line is understood", arguments: commands)
    func command(line: String) throws {
        let words = line.split(separator: " ").dropFirst().map(String.init)
        #expect(throws: Never.self) { try Samotop.parseAsRoot(words) }
    }

    @Test("There is something to look at: each promise has its section")
    func sections() throws {
        #expect(Self.configurations.count >= 5 && Self.commands.count >= 15)
        let text = try DocumentationTests.text("README.md")
        for section in ["Whose mail is it?", "Refuse unencrypted", "Encryption at rest", "Leave no trace"] {
            #expect(text.contains("\n## \(section)\n"), "\(section)")
        }
    }

    /// The key that a line without indentation begins with.
    private static func key(of line: String) -> String? {
        let name = line.prefix { ("a"..."z").contains($0) || $0 == "-" }
        let rest = line.dropFirst(name.count)
        guard !name.isEmpty, rest.hasPrefix(":"), ["", " ", "\n"].contains(rest.dropFirst().prefix(1)) else {
            return nil
        }
        return String(name)
    }
}
