import ArgumentParser

extension DNSCommand {
    /// `samotop dns zone`.
    struct Zone: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "zone", abstract: "Print all the records to publish for the configuration's domains.",
            discussion: """
                In the form of a zone file: MX, SPF, DKIM, DMARC, MTA-STS, TLSRPT, TLSA, SRV and CAA. Publish them anew when keys, \
                names or mta-sts: change.
                """)

        @OptionGroup var health: HealthOptions
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try health.applied(to: try options.load())
                let given = try health.addresses()
                var addresses = given.isEmpty ? HostAddresses.ofThisMachine() : given
                if addresses.isEmpty, !health.offline {
                    let resolver = try ResolverFactory.resolver(configuration.dns)
                    addresses = try Blocking.run { await HostAddresses.find([], of: configuration.name, resolver) }
                }
                for zone in try MailZone.zones(configuration, addresses: addresses) {
                    StandardOutput().write(zone.lines)
                }
            }
        }
    }
}
