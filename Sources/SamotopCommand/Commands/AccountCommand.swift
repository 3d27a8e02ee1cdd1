import ArgumentParser
import Foundation
import SamotopAccounts

/// `samotop account`: who signs in at the pages.
struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Set passwords for pages and for sending, or print a link to sign in with.",
        discussion: """
            Each mailbox of the configuration has an account, by its address. Without a password a link signs in at the pages, and \
            nothing is sent. Programs are best given app passwords, which are revoked one by one.
            """,
        subcommands: [Link.self, Set.self, Remove.self, List.self, AppPasswordCommand.self, CertificateCommand.self])

    /// `samotop account link ADDRESS`.
    struct Link: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a link that signs in once, for ten minutes.")

        @Argument(help: "The mailbox's address.") var address: String
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                _ = try configuration.owner(address)
                let client = ControlClient(path: configuration.controlSocket)
                try Blocking.run {
                    StandardOutput().write(try await client.ask("sign-in-link \(address.lowercased())"))
                }
            }
        }
    }

    /// `samotop account set ADDRESS`.
    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set an account's password: asked for, or the first line of standard input.")

        @Argument(help: "The mailbox's address.") var address: String
        @Flag(help: "It may see and decide for all mailboxes.") var admin = false
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                var entry = try AccountCommand.entry(address, configuration)
                guard let password = PasswordPrompt.read(), !password.isEmpty else {
                    throw StartFailure(ExitStatus.usage, ["no password was given"])
                }
                guard entry.secrets.set(password: password) else {
                    throw StartFailure(
                        ExitStatus.usage,
                        ["a password has at most \(PasswordHash.longestPassword) octets, and no control characters"])
                }
                entry.isAdministrator = admin
                try AccountCommand.change(configuration) { [entry] in $0.set(entry) }
            }
        }
    }

    /// `samotop account remove ADDRESS`.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove an account's passwords, app passwords, certificates and role.")

        @Argument(help: "The mailbox's address.") var address: String
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                try AccountCommand.change(try options.load()) { $0.remove(address.lowercased()) }
            }
        }
    }

    /// `samotop account list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the accounts.")

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                let file = try AccountCommand.read(configuration)
                StandardOutput().write(
                    configuration.owners.keys.sorted().map { name in
                        let entry = file[name]
                        let way = entry?.secrets.password == nil ? "link" : "password"
                        let isOld = entry?.secrets.password != nil && entry?.secrets.passwordKeys == nil
                        let apps = entry?.secrets.appPasswords.count ?? 0
                        let certificates = entry?.certificates.count ?? 0
                        return "\(name)  \(way)\(entry?.isAdministrator == true ? "  admin" : "")"
                            + (apps == 0 ? "" : "  app passwords: \(apps)")
                            + (certificates == 0 ? "" : "  certificates: \(certificates)")
                            + (isOld ? "  no SCRAM before the password is set anew" : "")
                    })
            }
        }
    }

    /// The account of a mailbox of the configuration: as it is in the file, or a new one.
    static func entry(_ address: String, _ configuration: Configuration) throws -> AccountFile.Entry {
        _ = try configuration.owner(address)
        let name = address.lowercased()
        return try read(configuration)[name] ?? AccountFile.Entry(name: name, secrets: AccountSecrets())
    }

    static func read(_ configuration: Configuration) throws -> AccountFile {
        do {
            return try AccountFile.read(configuration.accountFile)
        } catch {
            throw StartFailure(ExitStatus.failure, ["\(configuration.accountFile): \(error)"])
        }
    }

    static func change(_ configuration: Configuration, _ change: (inout AccountFile) -> Void) throws {
        var file = try read(configuration)
        change(&file)
        do throws(SystemFailure) {
            try file.write(configuration.accountFile)
        } catch {
            throw StartFailure(
                ExitStatus.failure,
                ["\(configuration.accountFile): can't write it: \(error); run as root or samotop's user"])
        }
    }
}
