import ArgumentParser
import Foundation
import NameResolution

/// `samotop dns`: what the DNS says of mail domains.
struct DNSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns", abstract: "Look at what domains publish about their mail.",
        subcommands: [
            Check.self, Policy.self, Zone.self,
        ])

    /// `samotop dns check DOMAIN`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Check a domain's MX, SPF, DKIM, DMARC, TLSA, MTA-STS and TLSRPT records.",
            discussion: """
                Prints a line for each, and for what is missing or wrong the record to publish. Exits with 1 when something is \
                wrong. The policy file of MTA-STS, which is fetched by HTTPS, is not looked at.
                """)

        @Argument(help: "The domain.") var domain: String

        @Option(name: .long, help: ArgumentHelp("A DKIM selector; may be given several times.", valueName: "name"))
        var selector: [String] = []

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        @OptionGroup var lookup: LookupOptions

        func run() throws {
            try StartFailure.reported {
                let domain = try Self.name(domain)
                let selectors = try selector.map { try Self.name($0) }
                let resolver = try lookup.makeResolver(try lookup.configuration())
                try Blocking.run {
                    let findings = await DomainCheck(domain: domain, selectors: selectors, resolver: resolver)
                        .findings()
                    StandardOutput().write(json ? [try Self.json(findings)] : findings.flatMap(Self.lines))
                    if findings.contains(where: { $0.status == .wrong }) { throw ExitCode(ExitStatus.failure) }
                }
            }
        }

        private static func name(_ text: String) throws(StartFailure) -> DNSName {
            guard let name = DNSName(internationalized: Array(text.utf8)) else {
                throw StartFailure(ExitStatus.usage, ["\(OneLine.escaped(text)): not a name of the DNS"])
            }
            return name
        }

        private static func json(_ findings: [DomainFinding]) throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(findings), as: UTF8.self)
        }

        private static func lines(_ finding: DomainFinding) -> [String] {
            let line =
                "\(finding.status.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0))\(finding.subject): "
            var lines = [line + OneLine.escaped(finding.text, limit: 1_000)]
            if let owner = finding.owner, let record = finding.record {
                let type = finding.subject.split(separator: " ").first.map(String.init) ?? ""
                let isText = type != "MX" && type != "TLSA"
                lines.append("        \(owner). IN \(isText ? "TXT" : type) \(isText ? "\"\(record)\"" : record)")
            }
            return lines
        }
    }
}
