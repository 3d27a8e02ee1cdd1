public import ArgumentParser
import Foundation
import NameResolution
import SamotopSigning
public import SenderAuthentication

/// `samotop dkim`: the keys that sign what leaves.
struct DKIMCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dkim", abstract: "Make keys that sign your mail, and look whether the world finds them.",
        discussion: """
            First make a key, publish its record, and look whether it is there; then write the key into relay.sign.

            samotop dkim new example.org --selector s2026
            samotop dkim check
            """,
        subcommands: [New.self, List.self, Check.self, Rotate.self], defaultSubcommand: List.self)

    /// `samotop dkim new DOMAIN`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key, and print its record and the lines for the configuration.",
            discussion: """
                The key's file goes below the state folder, for samotop's user alone. A key that is there stays as it is. Make one \
                of each type, rsa for everybody and ed25519 for those who know it.
                """)

        @Argument(help: "The domain in the authors' addresses.") var domain: String
        @Option(name: .long, help: "The key's name in the DNS: letters, digits and hyphens.") var selector: String
        @Option(name: .long, help: "rsa (2,048 bits) or ed25519.") var type = DKIMKeyType.rsa
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                guard let domain = DNSName(internationalized: Array(domain.utf8)), let name = DNSName(selector) else {
                    throw StartFailure(
                        ExitStatus.usage,
                        ["\(OneLine.escaped("\(selector)._domainkey.\(domain)")): not a name of the DNS"])
                }
                try StateOwner.become(of: configuration.state)
                let folder = "\(configuration.state)/dkim"
                let file = "\(folder)/\(name.text.lowercased())._domainkey.\(domain.text.lowercased()).pem"
                do throws(SystemFailure) { try LocalFile.makeFolder(folder, mode: 0o700) } catch {
                    throw StartFailure(ExitStatus.failure, ["samotop: can't make \(folder): \(error)"])
                }
                let key: SigningKey
                do throws(SecretFile.Failure) { key = SigningKey(name, try SigningKeyFile.make(type, at: file)) } catch
                {
                    throw StartFailure(ExitStatus.failure, ["samotop: \(error)"])
                }
                guard let record = KeyRecordText(key, of: domain) else {
                    throw StartFailure(
                        ExitStatus.usage,
                        ["\(OneLine.escaped(selector)): can't be the selector of a key of \(domain.text)"])
                }
                StandardOutput().write([
                    "Publish:", "", record.zoneEntry, "", "Where a form cuts long values by itself, give it this one:",
                    "",
                    record.value, "", "When samotop dkim check finds it, write into the configuration:", "", "relay:",
                    "  sign:",
                    "    \(domain.text):", "      \(name.text): \(file)",
                ])
            }
        }
    }

    /// `samotop dkim check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask the DNS for the records of the configuration's keys, and verify a signature by each.",
            discussion: "Exits with 1 when signatures of a key wouldn't hold.")

        @OptionGroup var lookup: LookupOptions

        func run() throws {
            try StartFailure.reported {
                guard lookup.config != nil else {
                    throw StartFailure(ExitStatus.usage, ["name the configuration with --config"])
                }
                let configuration = try lookup.configuration()
                let keys = try DKIMCommand.keys(configuration)
                let resolver = try lookup.makeResolver(configuration)
                try Blocking.run {
                    var isFine = true
                    for (domain, key) in keys {
                        let now = Int64(Date().timeIntervalSince1970)
                        let found = await KeyPublication(of: key, of: domain, with: resolver, now: now)
                        StandardOutput().write("\(key.selector.text)._domainkey.\(domain.text): \(found.words)")
                        if !found.isGood { isFine = false }
                    }
                    if keys.isEmpty { StandardOutput().write("no keys: make one with samotop dkim new") }
                    if !isFine { throw ExitCode(ExitStatus.failure) }
                }
            }
        }
    }

    static func keys(_ configuration: Configuration) throws(StartFailure) -> [(DNSName, SigningKey)] {
        try OutgoingSigning.keys(of: configuration).sorted { $0.key.text < $1.key.text }
            .flatMap { domain, keys in keys.map { (domain, $0) } }
    }
}

extension DKIMKeyType: ExpressibleByArgument {}
