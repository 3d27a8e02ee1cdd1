import ArgumentParser
import Crypto
import NameResolution

/// `samotop acme`: the certificate that an authority issues by itself.
struct ACMECommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acme", abstract: "Look at the certificate that an authority issues, renew it, or change its key.",
        discussion: """
            A running server renews it by itself when a third of its lifetime is left, with the key it has: the TLSA record that you \
            published stays true. To change the key, let both records stand side by side for a while:

            samotop acme rollover
            samotop acme rollover --finish
            """,
        subcommands: [Status.self, Renew.self, Rollover.self], defaultSubcommand: Status.self)

    /// `samotop acme status`.
    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the certificate, the account and the TLSA record.")

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let (configuration, folder) = try ACMECommand.folder(options)
                guard let current = try folder.current() else {
                    return StandardOutput().write("no certificate yet: start the server")
                }
                let last = CivilTime(milliseconds: current.validity.upperBound * 1_000)
                StandardOutput().write([
                    "names    \(current.names.joined(separator: " "))",
                    "issuer   \(OneLine.escaped("\(current.certificate.issuer)"))\(current.isSelfMade ? " (itself)" : "")",
                    "until    \(last)", "account  \(OneLine.escaped(folder.account() ?? "none yet"))", "",
                ])
                StandardOutput().write(try ACMECommand.records(configuration, folder))
            }
        }
    }

    /// `samotop acme renew`.
    struct Renew: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have a running server renew the certificate now, with the key it has.",
            discussion: "Authorities bound how many they issue in a week: there is no need to do it often.")

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let (configuration, _) = try ACMECommand.folder(options)
                try ACMECommand.ask("acme-renew", configuration)
            }
        }
    }

    /// `samotop acme rollover`.
    struct Rollover: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prepare another key and print both TLSA records; with --finish, have the server take it up.",
            discussion: """
                Publish both records, wait until nobody has the old answer any more (twice its time to live), then --finish. It \
                refuses as long as the DNS doesn't show the new key's record beside the old one. Afterwards remove the old \
                record.
                """)

        @Flag(help: "Have a running server get a certificate for the prepared key, and use it.")
        var finish = false

        @Flag(
            help:
                "Finish although the DNS doesn't show the record: other servers that go by DANE can't write to you then."
        )
        var unpublished = false

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let (configuration, folder) = try ACMECommand.folder(options)
                guard finish else {
                    try StateOwner.become(of: configuration.state)
                    _ = try folder.makeNextKey()
                    StandardOutput().write(["Publish both, the old one and the new one:", ""])
                    StandardOutput().write(try ACMECommand.records(configuration, folder))
                    StandardOutput().write([
                        "", "Wait for twice their time to live, then: samotop acme rollover --finish",
                    ])
                    return
                }
                guard let next = try folder.nextKey() else {
                    throw StartFailure(ExitStatus.usage, ["no key is prepared; do samotop acme rollover first"])
                }
                if !unpublished { try Self.check(next, configuration) }
                try ACMECommand.ask("acme-renew next-key", configuration)
                StandardOutput().write("The old key's TLSA record can be removed now. What holds:")
                StandardOutput().write(try ACMECommand.records(configuration, folder))
            }
        }

        /// Throws when those who go by DANE would take the new key for a stranger's.
        private static func check(_ key: P256.Signing.PrivateKey, _ configuration: Configuration) throws {
            guard let name = DNSName("_25._tcp.\(configuration.name)") else { return }
            let resolver = try ResolverFactory.resolver(configuration.dns)
            let answer = try Blocking.run { await resolver.resolve(name, .tlsa) }
            let records: [RecordData]
            do throws(Answer.Failure) { records = try answer.records } catch {
                throw StartFailure(
                    ExitStatus.failure,
                    ["the DNS doesn't say what is at \(name) (\(error.rawValue)); ask again later, or --unpublished"])
            }
            guard records.isEmpty || records.contains(where: { $0.description == key.tlsa }) else {
                throw StartFailure(
                    ExitStatus.failure,
                    [
                        "the DNS doesn't show the new key's record yet; publish it beside the other:",
                        "\(name) IN TLSA \(key.tlsa)",
                    ])
            }
        }
    }

    private static func folder(_ options: ConfigurationOptions) throws -> (Configuration, CertificateFolder) {
        let configuration = try options.load()
        guard configuration.tls.acme != nil else {
            throw StartFailure(ExitStatus.configuration, ["no authority is configured: write tls.acme:"])
        }
        return (configuration, configuration.certificateFolder)
    }

    private static func ask(_ line: String, _ configuration: Configuration) throws {
        let client = ControlClient(path: configuration.controlSocket)
        try Blocking.run { StandardOutput().write(try await client.ask(line)) }
    }

    /// The TLSA records of the key in use, and of the one that is prepared.
    private static func records(_ configuration: Configuration, _ folder: CertificateFolder) throws -> [String] {
        let keys = [try folder.current()?.key, try folder.nextKey()].compactMap { $0 }
        return keys.map { "_25._tcp.\(configuration.name). IN TLSA \($0.tlsa)" }
    }
}
