import ArgumentParser
import Foundation
import NameResolution

/// `samotop doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check that this server can do its work: DNS, network, certificates, machine.",
        discussion: """
            Prints a line for each check: ok, warning, problem, or could not check, and what to do. Exits with 1 when there is a \
            problem. It asks the DNS, connects to a mail server of the domain in --probe without sending anything, and fetches \
            our own MTA-STS policy; with --offline it does none of that.
            """)

    /// A list that many servers go by.
    static let usualLists = ["zen.spamhaus.org"]
    /// A domain whose servers are up, and which isn't interested in who connects.
    static let usualProbe = "debian.org"

    @OptionGroup var lookup: HealthOptions

    @Flag(help: "Print JSON.") var json = false

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try StartFailure.reported {
            let configuration = try lookup.applied(to: try options.load())
            let doctor = try lookup.doctor(configuration)
            let offline = lookup.offline
            let json = json
            try Blocking.run {
                let findings = offline ? doctor.withoutNetwork() : await doctor.findings()
                StandardOutput().write(json ? [try Self.json(findings)] : findings.flatMap(\.lines))
                if !json { StandardOutput().write(Self.summary(findings)) }
                if findings.contains(where: { $0.status == .problem }) { throw ExitCode(ExitStatus.failure) }
            }
        }
    }

    private static func json(_ findings: [HealthFinding]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(findings), as: UTF8.self)
    }

    static func summary(_ findings: [HealthFinding]) -> String {
        HealthFinding.Status.allCases.map { status in
            "\(status.rawValue): \(findings.count { $0.status == status })"
        }.joined(separator: ", ")
    }
}

/// How `samotop doctor` and `samotop setup` look around.
struct HealthOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Ask this name server instead of those configured.", valueName: "address[@port]"))
    var resolver: String?

    @Option(
        help: ArgumentHelp(
            "An address that others reach this host by, when it isn't the machine's own.", valueName: "address"))
    var address: [String] = []

    @Option(
        help: ArgumentHelp(
            "Look whether this DNS block list has the host; may be given several times.", valueName: "zone"))
    var list: [String] = DoctorCommand.usualLists

    @Option(
        help: ArgumentHelp("Try the port of this domain's mail servers, without sending anything.", valueName: "domain")
    )
    var probe = DoctorCommand.usualProbe

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp("Trust these authorities about our own HTTPS instead of the system's.", valueName: "file"))
    var caFile: String?

    @Flag(help: "Look at this machine alone, and ask nobody.") var offline = false

    func applied(to configuration: Configuration) throws(StartFailure) -> Configuration {
        guard let resolver else { return configuration }
        var configuration = configuration
        do throws(Unfit) { configuration.dns.servers = [try NameServer.parse(resolver)] } catch {
            throw StartFailure(ExitStatus.usage, ["--resolver: \(error.message)"])
        }
        return configuration
    }

    func addresses() throws(StartFailure) -> [IPAddress] {
        var found: [IPAddress] = []
        for text in address {
            guard let address = IPAddress(text) else {
                throw StartFailure(ExitStatus.usage, ["--address: \(OneLine.escaped(text)) is no IP address"])
            }
            found.append(address)
        }
        return found
    }

    func doctor(_ configuration: Configuration) throws(StartFailure) -> Doctor {
        var lists: [DNSName] = []
        for zone in list {
            guard let name = DNSName(zone), name.isHostName else {
                throw StartFailure(ExitStatus.usage, ["--list: \(OneLine.escaped(zone)) is no name of the DNS"])
            }
            lists.append(name)
        }
        guard let domain = DNSName(probe), domain.isHostName else {
            throw StartFailure(ExitStatus.usage, ["--probe: \(OneLine.escaped(probe)) is no name of the DNS"])
        }
        #if Unbound
            let unbound = try ResolverFactory.unbound(configuration.dns)
            return Doctor(
                configuration: configuration, resolver: unbound, addresses: try addresses(), lists: lists,
                probe: domain, caFile: caFile, validation: { await unbound.probe() })
        #else
            return Doctor(
                configuration: configuration, resolver: try ResolverFactory.resolver(configuration.dns),
                addresses: try addresses(), lists: lists, probe: domain, caFile: caFile)
        #endif
    }
}
