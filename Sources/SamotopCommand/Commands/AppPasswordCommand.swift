import ArgumentParser
import Foundation
import SamotopAccounts

/// `samotop account app-password`: passwords for one program each.
struct AppPasswordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app-password", abstract: "Make, list and revoke passwords for single programs and devices.",
        discussion: "An app password sends mail, and doesn't sign in at the pages.",
        subcommands: [New.self, List.self, Revoke.self])

    /// `samotop account app-password new ADDRESS LABEL`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make an app password. It is printed once.")

        @Argument(help: "The mailbox's address.") var address: String
        @Argument(help: "Its name: small letters, digits, dots, hyphens, underscores.") var label: String
        @OptionGroup var options: ConfigurationOptions

        func validate() throws {
            guard AppPassword.isLabel(label) else {
                throw ValidationError("a label has 1 to 32 small letters, digits, dots, hyphens or underscores")
            }
        }

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                var entry = try AccountCommand.entry(address, configuration)
                let now = Int64(Date().timeIntervalSince1970)
                guard let password = entry.secrets.addAppPassword(label, now: now) else {
                    throw StartFailure(
                        ExitStatus.usage,
                        ["\(label) is taken, or there are \(AccountSecrets.mostAppPasswords) already; revoke one first"]
                    )
                }
                try AccountCommand.change(configuration) { [entry] in $0.set(entry) }
                StandardOutput().write(password)
            }
        }
    }

    /// `samotop account app-password list ADDRESS`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List an account's app passwords, and when they were made.")

        @Argument(help: "The mailbox's address.") var address: String
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                let apps = try AccountCommand.entry(address, configuration).secrets.appPasswords
                StandardOutput().write(
                    apps.map { app in
                        let day = Date(timeIntervalSince1970: TimeInterval(app.made))
                            .formatted(.iso8601.year().month().day())
                        return "\(app.label)  \(day)"
                    })
            }
        }
    }

    /// `samotop account app-password revoke ADDRESS LABEL`.
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke an app password: it signs in nowhere any more.")

        @Argument(help: "The mailbox's address.") var address: String
        @Argument(help: "Its name.") var label: String
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                var entry = try AccountCommand.entry(address, configuration)
                guard entry.secrets.revokeAppPassword(label) else {
                    throw StartFailure(
                        ExitStatus.usage,
                        ["no app password \(OneLine.escaped(label)); samotop account app-password list shows them"])
                }
                try AccountCommand.change(configuration) { [entry] in $0.set(entry) }
            }
        }
    }
}
