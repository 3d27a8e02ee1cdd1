import ArgumentParser
import Foundation
import NameResolution
import SamotopSigning
import SenderAuthentication

extension DKIMCommand {
    /// `samotop dkim rotate DOMAIN`.
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a new key for each one of a domain, and say what to publish and to write.",
            discussion: """
                Nothing changes before you publish the records and write the lines behind those of the old keys: of two keys of one \
                kind the first one signs until the running server sees the other one's record in the DNS, and then that one alone. \
                Keep an old key's record for a week longer: mail that it signed is still under way.
                """)

        /// Days that mail may be under way, and be looked at again.
        static let keptDays: Int64 = 7

        @Argument(help: "The domain in the authors' addresses.") var domain: String
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                guard let domain = DNSName(internationalized: Array(domain.utf8)) else {
                    throw StartFailure(ExitStatus.usage, ["\(OneLine.escaped(domain)): not a name of the DNS"])
                }
                let keys = try OutgoingSigning.keys(of: configuration)[domain] ?? []
                guard !keys.isEmpty else {
                    throw StartFailure(
                        ExitStatus.usage, ["\(domain.text) has no key in relay.sign; make one with samotop dkim new"])
                }
                let kinds = DKIMKeyType.allCases.filter { kind in keys.contains { $0.key.algorithm.keyType == kind } }
                guard keys.count + kinds.count <= SigningPolicy.maximumKeys else {
                    throw StartFailure(
                        ExitStatus.usage,
                        [
                            "\(domain.text) has \(keys.count) keys: remove those that don't sign any more from relay.sign first"
                        ])
                }
                try StateOwner.become(of: configuration.state)
                let names = keys.map(\.selector)
                let made = try kinds.map { kind in
                    let selector = try Self.selector(kind, besides: names)
                    let file = "\(configuration.state)/dkim/\(selector.text)._domainkey.\(domain.text.lowercased()).pem"
                    try LocalFile.makeFolder(LocalFile.parent(of: file), mode: 0o700)
                    return (key: SigningKey(selector, try SigningKeyFile.make(kind, at: file)), file: file)
                }
                let end = CivilTime(
                    milliseconds: (Int64(Date().timeIntervalSince1970) + Self.keptDays * 86_400) * 1_000)
                StandardOutput().write(
                    ["Publish:", ""] + made.compactMap { KeyRecordText($0.key, of: domain)?.zoneEntry }
                        + ["", "Write into relay.sign, behind the keys that are there, and restart the server:", ""]
                        + ["    \(domain.text):"] + made.map { "      \($0.key.selector.text): \($0.file)" }
                        + [
                            "",
                            "The old keys go on signing until the server sees the new records. Leave the old records where they are",
                            "for a week after that, until \(String(end.description.prefix(10))) at the earliest; then remove old keys and records.",
                        ])
            }
        }

        /// A selector that no key has: the kind, the month, and a letter where there was one in this month.
        private static func selector(_ kind: DKIMKeyType, besides taken: [DNSName]) throws -> DNSName {
            let time = CivilTime.now().description
            let start = "\(kind == .rsa ? "rsa" : "ed")\(time.prefix(4))\(time.dropFirst(5).prefix(2))"
            let names = [start] + "bcdefghijklmnopqrstuvwxyz".map { "\(start)\($0)" }
            guard let name = names.compactMap({ DNSName($0) }).first(where: { !taken.contains($0) }) else {
                throw StartFailure(ExitStatus.failure, ["there are too many keys of this month"])
            }
            return name
        }
    }

    /// `samotop dkim list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "List the keys of the configuration: since when they are there, whether they are published, and which sign.",
            discussion: "With --offline the DNS isn't asked. samotop dns zone prints their records.")

        @Flag(help: "Don't ask the DNS.") var offline = false
        @Flag(help: "Print the records, too.") var records = false
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                let files = Dictionary(
                    configuration.relay.sign.flatMap { domain in
                        domain.keys.map { ("\($0.selector).\(domain.domain)", $0.file) }
                    }
                ) { first, _ in first }
                let keys = try DKIMCommand.keys(configuration)
                if keys.isEmpty { StandardOutput().write("no keys: make one with samotop dkim new") }
                let isOffline = offline
                let resolver = isOffline ? nil : try ResolverFactory.resolver(configuration.dns)
                let shown = try Blocking.run {
                    var lines: [(words: String, isGood: Bool)] = []
                    for (domain, key) in keys {
                        guard let resolver else {
                            lines.append(("not looked for", false))
                            continue
                        }
                        let found = await KeyPublication(
                            of: key, of: domain, with: resolver, now: Int64(Date().timeIntervalSince1970))
                        lines.append((found.words, found.isGood))
                    }
                    return lines
                }
                let sightings = KeySightings()
                for ((domain, key), line) in zip(keys, shown) { sightings.set(key, of: domain, isSeen: line.isGood) }
                let signing = sightings.signing(keys)
                for ((domain, key), line) in zip(keys, shown) {
                    let file = files["\(key.selector.text.lowercased()).\(domain.text.lowercased())"]
                    let use = signing.contains { $0 == domain && $1 == key.selector } ? "signs" : "doesn't sign"
                    StandardOutput().write(
                        "\(domain.text)  \(key.selector.text)  \(key.key.algorithm.keyType.rawValue)  since \(Self.day(file))  \(use)  \(line.words)"
                    )
                    if records { StandardOutput().write(KeyRecordText(key, of: domain).map { [$0.zoneEntry] } ?? []) }
                }
            }
        }

        /// The day on which a file was made.
        private static func day(_ file: String?) -> String {
            let facts = try? FileManager.default.attributesOfItem(atPath: file ?? "")
            guard let date = facts?[.modificationDate] as? Date else { return "?" }
            return String(CivilTime(milliseconds: Int64(date.timeIntervalSince1970 * 1_000)).description.prefix(10))
        }
    }
}
