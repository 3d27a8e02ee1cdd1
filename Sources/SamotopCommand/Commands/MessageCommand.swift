import ArgumentParser

/// `samotop message`: what is in a message.
struct MessageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "message", abstract: "Look into a message.", subcommands: [MessageShowCommand.self])
}
