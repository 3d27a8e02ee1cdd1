import ArgumentParser
import Foundation
import NameResolution

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `samotop setup ADDRESS`.
struct SetupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup",
        abstract: "Set a mail server up for an address of yours: from nothing to a zone to paste.",
        discussion: """
            Looks whether this network lets a mail server work, then makes configuration, keys, an account and a systemd unit, and \
            prints the DNS records to publish. What is there is never written over, and when anything fails, everything that was made \
            goes again. Once more prints the records again, and changes nothing.

            samotop setup you@example.org --agree-to-terms
            """)

    @Argument(help: "The first mailbox's address; it is the postmaster's, too.") var address: String

    @Option(
        help: ArgumentHelp(
            "This host's full name. Default: the machine's own, or mx. and the domain.", valueName: "name"))
    var host: String?

    @Option(
        help: ArgumentHelp("Put everything below this folder instead of the system's own.", valueName: "folder"),
        completion: .directory)
    var folder: String?

    @Flag(name: .customLong("dry-run"), help: "Look around, print what would be made, and make nothing.")
    var dryRun = false

    @Flag(
        name: .customLong("agree-to-terms"), help: "You have read the authority's terms of service, and agree to them.")
    var agreesToTerms = false

    @Flag(name: .customLong("without-authority"), help: "Ask no authority: serve a certificate that signs itself.")
    var withoutAuthority = false

    @Option(help: ArgumentHelp("The directory of the authority that issues certificates (ACME).", valueName: "url"))
    var directory = ACMESettings.letsEncrypt

    @OptionGroup var health: HealthOptions

    func run() throws {
        try StartFailure.reported {
            let plan = try plan()
            if LocalFile.status(plan.configurationFile) != nil { return try again(plan) }
            guard agreesToTerms || withoutAuthority else {
                throw StartFailure(
                    ExitStatus.usage,
                    [
                        "certificates come from \(directory), whose terms of service you have to agree to:",
                        "read them (https://letsencrypt.org/repository/ has those of Let's Encrypt), then add --agree-to-terms;",
                        "or add --without-authority to serve a certificate that signs itself",
                    ])
            }
            let (findings, addresses) = try look(plan)
            let output = StandardOutput()
            output.write(["Checks:", ""] + findings.flatMap(\.lines) + [""])
            guard !dryRun else {
                return output.write(
                    [
                        "Would make \(plan.configurationFile), \(plan.unitFile), \(plan.zoneFile)",
                        "and keys and an account in \(plan.state). The configuration:", "", plan.configuration,
                    ])
            }
            var setup = Setup(plan: plan, addresses: addresses, program: Self.program)
            setup.before = { _ in try SetupSignals.check() }
            let made = try SetupSignals.heeded(setup.run)
            output.write(["Made:", ""] + made.paths.map { "  \($0)" } + [""])
            output.write([
                "Account \(plan.address), password \(made.password)",
                "It is shown this once. samotop account set changes it.", "",
            ])
            output.write(["Publish these records, which are in \(plan.zoneFile), too:", ""] + made.zone)
            output.write(Self.next(plan))
        }
    }

    /// What is to be done then.
    private static func next(_ plan: SetupPlan) -> [String] {
        let start =
            plan.root.isEmpty
            ? "  systemctl daemon-reload && systemctl enable --now samotop"
            : "  samotop serve --config \(plan.configurationFile)"
        return [
            "", "Have the zone signed (DNSSEC) where it is kept: without that nobody goes by the TLSA record. Then:",
            "",
            start, "  samotop doctor --config \(plan.configurationFile)",
        ]
    }

    private func plan() throws(StartFailure) -> SetupPlan {
        let mailbox: MailboxName
        do throws(Unfit) {
            mailbox = try MailboxName.parse(address, in: nil)
            let name = try host.map { text throws(Unfit) in try Name.domain(text) }
            let root = try folder.map { text throws(Unfit) in try Name.path(text) }
            let time = CivilTime.now().description
            var plan = SetupPlan(
                address: mailbox, host: name ?? Self.machineName() ?? "mx.\(mailbox.domain)",
                root: root == "/" ? "" : root.map(Self.withoutSlash) ?? "",
                month: String(time.prefix(4)) + String(time.dropFirst(5).prefix(2)))
            plan.directory = withoutAuthority ? nil : directory
            // The kernel's sun_path holds 108 octets with the final zero.
            guard plan.state.utf8.count + "/control.sock".utf8.count <= 107 else {
                throw Unfit("the folder's path is too long for the sockets in it; name a shorter one with --folder")
            }
            plan.caFile = try health.caFile.map { text throws(Unfit) in try Name.path(text) }
            return plan
        } catch {
            throw StartFailure(ExitStatus.usage, [OneLine.escaped(error.message, limit: 1_000)])
        }
    }

    private static func withoutSlash(_ path: String) -> String { path.hasSuffix("/") ? String(path.dropLast()) : path }

    /// The machine's name, when it is a full one.
    private static func machineName() -> String? {
        let name = ProcessInfo.processInfo.hostName.lowercased()
        guard !name.hasSuffix(".localdomain"), !name.hasSuffix(".local"), !name.hasSuffix(".internal") else {
            return nil
        }
        return try? Name.domain(name)
    }

    private static var program: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/usr/bin/samotop"
    }

    /// What can be known before there is anything: the network, and this host's names.
    private func look(_ plan: SetupPlan) throws -> (findings: [HealthFinding], addresses: [IPAddress]) {
        var configuration = Configuration(
            name: plan.host, state: plan.state, listeners: [], postmaster: plan.address, domains: [])
        configuration = try health.applied(to: configuration)
        let given = try health.addresses()
        guard !health.offline else {
            let known = given.isEmpty ? HostAddresses.ofThisMachine() : given
            return ([.unknown("network and names", "not looked at: --offline")], known)
        }
        let doctor = try health.doctor(configuration)
        return try Blocking.run {
            let findings = await doctor.surroundings()
            return (findings, await HostAddresses.find(given, of: plan.host, doctor.resolver))
        }
    }

    /// It is set up already: the records once more, when it is for the same.
    private func again(_ plan: SetupPlan) throws {
        var options = ConfigurationOptions()
        options.config = plan.configurationFile
        options.set = []
        let configuration = try options.load(environment: [:])
        let address = "\(plan.address)".lowercased()
        guard configuration.owners[address] != nil, host == nil || configuration.name == plan.host else {
            throw StartFailure(
                ExitStatus.failure,
                [
                    "\(plan.configurationFile) is there already, and not for \(address) on \(plan.host);",
                    "change it by hand, or set up another folder with --folder",
                ])
        }
        let resolver = try ResolverFactory.resolver(try health.applied(to: configuration).dns)
        let given = try health.addresses()
        let isOffline = health.offline
        let addresses = try Blocking.run {
            isOffline && given.isEmpty
                ? HostAddresses.ofThisMachine() : await HostAddresses.find(given, of: configuration.name, resolver)
        }
        StandardOutput().write("It is set up already; nothing was changed. The records to publish:")
        for zone in try MailZone.zones(configuration, addresses: addresses) {
            StandardOutput().write([""] + zone.lines)
        }
    }
}
