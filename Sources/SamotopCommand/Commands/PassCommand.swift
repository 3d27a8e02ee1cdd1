import ArgumentParser
import Foundation
import SamotopContacts
import SamotopCore

/// `samotop pass`: words that let a stranger in.
struct PassCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pass", abstract: "Give out addresses that let a stranger in without waiting.",
        discussion: "Mail to alice+pass-WORD@example.org is alice's, and who writes to it is welcome from then on.",
        subcommands: [New.self, List.self, Revoke.self], defaultSubcommand: List.self)

    /// Whose passes, and where they are.
    struct Options: ParsableArguments {
        @Option(name: .long, help: ArgumentHelp("Whose: the mailbox's address.", valueName: "address"))
        var owner: String?

        @OptionGroup var configuration: ConfigurationOptions

        func atDesk(_ work: @escaping @Sendable (PassDesk, Owner, _ address: String) async throws -> Void) throws {
            try StartFailure.reported {
                let configuration = try configuration.load()
                let owner = try configuration.owner(owner)
                try StateOwner.become(of: configuration.state)
                try Blocking.run {
                    let stores = try await OpenStores.open(configuration)
                    try await work(PassDesk(stores.passes), owner, configuration.address(of: owner))
                    try await stores.close()
                }
            }
        }
    }

    /// `samotop pass new`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make one, and print its address. It works once, unless it is a phrase.")

        @Option(name: .long, help: "A word of your own: letters, digits, hyphens. Without it a random one.") var word:
            String?
        @Flag(name: .long, help: "It works for anyone until it is revoked: to print on a card.") var phrase = false
        @Option(name: .long, help: "Days for which it works.") var days: Int?
        @Option(name: .long, help: "Whom it is for.") var note = ""
        @OptionGroup var options: Options

        func validate() throws {
            if let word, Pass.Word(word) == nil {
                throw ValidationError("--word has 1 to 32 letters, digits and hyphens")
            }
            if let days, !(1...3_650).contains(days) { throw ValidationError("--days is 1 to 3650") }
        }

        func run() throws {
            let (word, kind, note) = (word.flatMap { Pass.Word($0) }, phrase ? Pass.Kind.phrase : .once, note)
            let expires = days.map { Timestamp(seconds: SystemClock().now().seconds + Int64($0) * 86_400) }
            try options.atDesk { desk, owner, address in
                guard let pass = try await desk.make(kind, word: word, note: note, expires: expires, of: owner) else {
                    throw StartFailure(ExitStatus.failure, ["there is a pass with this word; choose another"])
                }
                StandardOutput().write(PassCommand.address(pass, address))
            }
        }
    }

    /// `samotop pass list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List them, the newest first.")
        @OptionGroup var options: Options

        func run() throws {
            try options.atDesk { desk, owner, address in
                let now = SystemClock().now()
                StandardOutput().write(
                    try await desk.passes(of: owner).map { pass in
                        let state = pass.isValid(at: now) ? "open" : "ended"
                        let end = pass.expires.map { "  until \(CivilTime.text($0))" } ?? ""
                        return
                            "\(state)  \(PassCommand.address(pass, address))  \(pass.kind.rawValue)  used \(pass.uses) times\(end)"
                            + (pass.note.isEmpty ? "" : "  \(OneLine.escaped(pass.note))")
                    })
            }
        }
    }

    /// `samotop pass revoke WORD`.
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take one back. Who became welcome by it stays welcome.")
        @Argument(help: "Its word.") var word: String
        @OptionGroup var options: Options

        func run() throws {
            let word = word
            try options.atDesk { desk, owner, address in
                guard let known = Pass.Word(word), let pass = try await desk.revoke(known, of: owner) else {
                    throw StartFailure(ExitStatus.failure, ["no pass has this word; see samotop pass list"])
                }
                StandardOutput().write("\(PassCommand.address(pass, address)): revoked")
            }
        }
    }

    private static func address(_ pass: Pass, _ address: String) -> String {
        PassAddress.text(pass.word, at: address) ?? "+pass-\(pass.word.text)"
    }
}
