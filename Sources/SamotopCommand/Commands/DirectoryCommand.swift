import ArgumentParser
import SMTP
import SamotopDelivery

/// `samotop directory`: which addresses there are, and who gets their mail.
struct DirectoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory", abstract: "Say who gets mail for an address, and change the table of addresses.",
        discussion: """
            Addresses come from the configuration, from the files of addresses-folder, and from a table in the state folder, which \
            add, remove and import change. A running server takes the table up within a second.
            """,
        subcommands: [Show.self, Which.self, Add.self, Remove.self, Import.self], defaultSubcommand: Show.self)

    /// `samotop directory show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List names, patterns and who gets the rest, or what leads to one mailbox.")

        @Argument(help: "A mailbox's address; without it everything.") var address: String?
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                let directory = try MailboxesFactory.directory(configuration)
                let owner = try address.map { text throws(StartFailure) in try configuration.owner(text) }
                let entries =
                    owner.map { owner in directory.entries { $0.mailbox == owner.name } } ?? directory.entries()
                let items = entries.map { DirectoryOutput.Entry($0, of: directory) }
                StandardOutput().write(json ? [try DirectoryOutput.json(items)] : items.map(\.line))
            }
        }
    }

    /// `samotop directory which ADDRESS`.
    struct Which: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say who gets mail for an address, and why. Exits with 1 if nobody does.")

        @Argument(help: "The address.") var address: String
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let mailbox = try DirectoryCommand.address(address)
                let directory = try MailboxesFactory.directory(try options.load())
                let outcome = DirectoryOutput.Outcome(
                    address, directory.outcome(for: .mailbox(mailbox)), of: directory)
                StandardOutput().write(json ? try DirectoryOutput.json(outcome) : outcome.line)
                guard !outcome.to.isEmpty else { throw ExitCode(ExitStatus.failure) }
            }
        }
    }

    /// An address that was typed.
    static func address(_ text: String) throws(StartFailure) -> Mailbox {
        guard let mailbox = Mailbox(text) else {
            throw StartFailure(
                ExitStatus.usage, ["\(OneLine.escaped(text)) is no address; write it like ann@example.org"])
        }
        return mailbox
    }
}
