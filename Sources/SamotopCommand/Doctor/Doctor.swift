import NameResolution

#if Unbound
    import UnboundResolver
#endif

/// Looks at everything that a mail server's work depends on. Changes nothing.
struct Doctor: Sendable {
    let configuration: Configuration
    let resolver: any Resolver
    /// Addresses of this host as others see them; empty: what the machine and the DNS say.
    var addresses: [IPAddress] = []
    var lists: [DNSName]
    /// Whose server is connected to.
    var probe: DNSName
    /// Whom to trust about our own HTTPS instead of the system's authorities.
    var caFile: String?
    #if Unbound
        /// Finds out whether answers are validated; nil: it isn't known how they come.
        var validation: (@Sendable () async -> ValidationProbe)?
    #endif

    func findings() async -> [HealthFinding] {
        let findings = own() + (await surroundings())
        guard !findings.contains(Self.offline) else { return findings }
        return findings + (await published())
    }

    private static let offline = HealthFinding.unknown(
        "everything in the DNS", "it doesn't answer; look at the network, or at dns.servers")

    /// The network, and this host's names: what can be known before there is anything.
    func surroundings() async -> [HealthFinding] {
        var findings: [HealthFinding] = []
        #if Unbound
            if let found = await validation?() {
                findings.append(NetworkChecks.validation(found))
                if found == .offline { return findings + [Self.offline] }
            }
        #endif
        let addresses = await HostAddresses.find(self.addresses, of: configuration.name, resolver)
        if let host = DNSName(configuration.name) {
            findings += await HostChecks(host: host, addresses: addresses, lists: lists, resolver: resolver).findings()
        }
        let port = Int(configuration.relay.port)
        return findings + [await NetworkChecks.portOut(to: probe, port: port, resolver)]
    }

    /// What the DNS has of our domains.
    private func published() async -> [HealthFinding] {
        var findings: [HealthFinding] = []
        let addresses = await HostAddresses.find(self.addresses, of: configuration.name, resolver)
        do throws(StartFailure) {
            for zone in try MailZone.zones(configuration, addresses: addresses) {
                findings += await ZoneChecks(zone: zone, resolver: resolver).findings()
            }
        } catch {
            findings.append(.problem("DKIM keys", error.lines.first ?? "they can't be read"))
        }
        let fetch = PolicyFetchCheck(configuration: configuration, resolver: resolver, caFile: caFile)
        return findings + (await fetch.findings())
    }

    /// What can be said without asking anybody, and that the rest wasn't looked at.
    func withoutNetwork() -> [HealthFinding] {
        own() + [.unknown("names, network, what the DNS has", "not looked at: --offline")]
    }

    /// What needs no network.
    private func own() -> [HealthFinding] {
        let problems = Inspection(configuration).everything()
        let first: [HealthFinding] =
            problems.isEmpty
            ? [.ok("configuration", "without fault")]
            : problems.map { .problem("configuration", $0.description) }
        return first + CertificateChecks.findings(configuration) + AuthorityChecks.findings(configuration)
            + MachineChecks(configuration).findings()
    }
}
