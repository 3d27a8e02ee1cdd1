import ArgumentParser
import TransportSecurity

extension DNSCommand {
    /// `samotop dns policy`.
    struct Policy: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "policy", abstract: "Print the records to publish for our own MTA-STS policy.",
            discussion: """
                For each of the configuration's domains: the record that says which policy there is, whose id changes with the \
                policy, and the name under which it is fetched by HTTPS; with encryption.publish also the name for keys. Publish it again whenever mta-sts: was changed.
                """)

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                guard configuration.policy.listen != nil else {
                    throw StartFailure(ExitStatus.configuration, ["no policy is served: write mta-sts: with listen:"])
                }
                let policies = try PolicyServing.policies(configuration, configuration.policy, configuration.name)
                for (domain, policy) in policies.sorted(by: { $0.key.text < $1.key.text }) {
                    StandardOutput().write([
                        "_mta-sts.\(domain.text). IN TXT \"\(String(decoding: policy.record, as: UTF8.self))\"",
                        "mta-sts.\(domain.text). IN CNAME \(configuration.name).",
                    ])
                    if configuration.encryption.publish == .on {
                        StandardOutput().write(["openpgpkey.\(domain.text). IN CNAME \(configuration.name)."])
                    }
                }
            }
        }
    }
}
