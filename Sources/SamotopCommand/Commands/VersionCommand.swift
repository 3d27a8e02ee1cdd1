import ArgumentParser

/// `samotop version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    /// Of this program.
    static let version = "0.1.0"

    func run() { StandardOutput().write("samotop \(Self.version)") }
}
