import ArgumentParser

/// The command line of the mail server.
@main
struct Samotop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "samotop", abstract: "A mail server that keeps your mail to yourself.",
        discussion: "To see it work without configuring anything: samotop try",
        version: "samotop \(VersionCommand.version)",
        subcommands: [
            ServeCommand.self, TryCommand.self, CheckCommand.self, ContactsCommand.self, PassCommand.self,
            AddressCommand.self, DirectoryCommand.self,
            WhyCommand.self, QueueToolCommand.self, SignaturesCommand.self, SendCommand.self, MessageCommand.self,
            ExplainCommand.self, DNSCommand.self, DKIMCommand.self, ACMECommand.self,
            SetupCommand.self, DoctorCommand.self, UnlockCommand.self,
            ReportsCommand.self, KeysCommand.self, SealCommand.self, AccountCommand.self, VersionCommand.self,
        ])
}
