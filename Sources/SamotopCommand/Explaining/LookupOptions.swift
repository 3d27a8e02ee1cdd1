import ArgumentParser
import NameResolution

/// Whom `samotop explain` and `samotop dns` ask.
struct LookupOptions: ParsableArguments {
    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Go by this configuration's name, dns and authentication.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Ask this name server instead of those configured.", valueName: "address[@port]"))
    var resolver: String?

    @Option(
        name: .long, help: ArgumentHelp("Answer from this zone file alone, as if it were the DNS.", valueName: "file"),
        completion: .file())
    var zone: String?

    /// The configuration, or the defaults.
    func configuration() throws(StartFailure) -> Configuration {
        var configuration = Configuration(
            name: "localhost.localdomain", state: "/", listeners: [],
            postmaster: MailboxName(domain: "localhost.localdomain", localPart: "postmaster"), domains: [])
        if let config {
            var options = ConfigurationOptions()
            options.config = config
            options.set = []
            configuration = try options.load()
        }
        if let resolver {
            do throws(Unfit) {
                configuration.dns.servers = [try NameServer.parse(resolver)]
            } catch {
                throw StartFailure(ExitStatus.usage, ["--resolver: \(error.message)"])
            }
        }
        return configuration
    }

    /// Answers as asked for: from the zone file, or from the DNS.
    func makeResolver(_ configuration: Configuration) throws(StartFailure) -> any Resolver {
        guard let zone else { return try ResolverFactory.resolver(configuration.dns) }
        let octets = try Self.read(zone, limit: ZoneFile.maximumLength)
        do throws(ZoneFileError) {
            return ZoneResolver(try ZoneFile(octets))
        } catch {
            throw StartFailure(ExitStatus.usage, ["\(OneLine.escaped(zone)): \(error)"])
        }
    }

    /// The octets of a file.
    static func read(_ path: String, limit: Int) throws(StartFailure) -> [UInt8] {
        do throws(SystemFailure) {
            return try LocalFile.read(path, limit: limit)
        } catch {
            throw StartFailure(ExitStatus.usage, ["\(OneLine.escaped(path)): can't read it: \(error)"])
        }
    }
}
