import ArgumentParser
import Foundation

/// Where the configuration comes from: a file, the environment, and single keys.
struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: [.short, .long], help: ArgumentHelp("The configuration file.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config = "/etc/samotop/samotop.yaml"

    @Option(
        name: .long,
        help: ArgumentHelp("Set one key over what the file says, for example log.level=debug.", valueName: "key=value"))
    var set: [String] = []

    /// Reads the file, then the environment, then `--set`, then the table of addresses.
    func load(environment: [String: String] = ProcessInfo.processInfo.environment) throws(StartFailure) -> Configuration
    {
        var configuration = try loadFiles(environment: environment)
        let table = try TableOfAddresses.read(in: configuration.state)
        if !table.rows.isEmpty { configuration = try TableOfAddresses.add(table, to: configuration) }
        return configuration
    }

    /// The same without the table: for commands that mend it.
    func loadFiles(environment: [String: String] = ProcessInfo.processInfo.environment) throws(StartFailure)
        -> Configuration
    {
        let bytes: [UInt8]
        do throws(SystemFailure) {
            bytes = try LocalFile.read(config)
        } catch {
            let hint =
                error.number == ENOENT
                ? "name the file with --config, or start without one: samotop try" : "check who may read it"
            throw StartFailure(
                ExitStatus.configuration, ["\(OneLine.escaped(config)): can't read it: \(error); \(hint)"])
        }
        do throws(InvalidConfiguration) {
            return try ConfigurationReader.read(bytes, name: config, arguments: set, environment: environment)
        } catch {
            throw StartFailure(ExitStatus.configuration, error.problems)
        }
    }
}
