public import ArgumentParser
import Foundation
public import SamotopContacts
import SamotopCore

/// `samotop contacts`: who may write to whom.
struct ContactsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contacts", abstract: "See who waits to write to you, and decide.",
        discussion: """
            WHO is an address, a domain (example.org) for all its addresses, or <ID> for a mailing list by its List-Id. The server \
            may run meanwhile: it takes a decision up within a second, and the sender's next try comes through.
            """,
        subcommands: [
            List.self, Show.self, Welcome.self, Block.self, Hold.self, Forget.self, Note.self, Import.self, Export.self,
        ], defaultSubcommand: List.self)

    /// Whose contacts, and where they are.
    struct Options: ParsableArguments {
        @Option(
            name: .long, help: ArgumentHelp("Whose contacts: the mailbox's address.", valueName: "address"))
        var owner: String?

        @OptionGroup var configuration: ConfigurationOptions

        /// Does something at the owner's desk.
        func atDesk(_ work: @escaping @Sendable (ContactDesk, Owner) async throws -> Void) throws {
            try StartFailure.reported {
                let configuration = try configuration.load()
                let owner = try configuration.owner(owner)
                try StateOwner.become(of: configuration.state)
                try Blocking.run {
                    let stores = try await OpenStores.open(configuration)
                    try await work(try ContactRooms.desk(configuration, stores), owner)
                    try await stores.close()
                }
            }
        }
    }

    /// `samotop contacts list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List contacts, those last heard of first.")

        @Option(name: .long, help: "Only these: waiting, held, welcome, blocked.") var state: [Contact.State] = []
        @Option(name: .long, help: "Only those whose address or name contains this.") var search = ""
        @Option(name: .long, help: "At most so many, 1 to 1000.") var limit = 100
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var options: Options

        func run() throws {
            let query = ContactQuery(
                states: state.isEmpty ? Set(Contact.State.allCases) : Set(state), text: search, limit: limit)
            let json = json
            try options.atDesk { desk, owner in
                let contacts = try await desk.contacts(of: owner, matching: query)
                StandardOutput().write(json ? [try ContactOutput.json(contacts)] : ContactOutput.lines(contacts))
            }
        }
    }

    /// `samotop contacts show WHO`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what is known of a contact.")

        @Argument(help: "Address, domain, or <ID>.") var who: String
        @Flag(name: .long, help: "Print JSON.") var json = false
        @OptionGroup var options: Options

        func run() throws {
            let (who, json) = (who, json)
            try options.atDesk { desk, owner in
                let correspondent = try CorrespondentArgument.parse(who)
                guard let contact = try await desk.contact(about: correspondent, of: owner) else {
                    throw StartFailure(
                        ExitStatus.failure, ["\(OneLine.escaped(who)): not a contact; see samotop contacts list"])
                }
                let now = SystemClock().now()
                StandardOutput().write(
                    json ? [try ContactOutput.json([contact])] : ContactOutput.details(contact, now: now))
            }
        }
    }

    /// What the deciding commands share.
    struct Decision: ParsableArguments {
        @Argument(help: "Address, domain, or <ID>; several may be given.") var who: [String]
        @Option(name: .long, help: "Why, for yourself.") var note = ""
        @OptionGroup var options: Options

        func decide(_ state: Contact.State) throws {
            let (who, note) = (who, note)
            try options.atDesk { desk, owner in
                for text in who {
                    let correspondent = try CorrespondentArgument.parse(text)
                    try await desk.decide(
                        state, about: correspondent, of: owner, by: "command", note: note.isEmpty ? nil : note)
                    StandardOutput().write("\(correspondent.text): \(state.rawValue)")
                }
            }
        }
    }

    /// `samotop contacts welcome WHO`.
    struct Welcome: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let them in. Mail that is held for them is delivered.")
        @OptionGroup var decision: Decision
        func run() throws { try decision.decide(.welcome) }
    }

    /// `samotop contacts block WHO`.
    struct Block: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse their mail for good. Mail that is held for them is removed.")
        @OptionGroup var decision: Decision
        func run() throws { try decision.decide(.blocked) }
    }

    /// `samotop contacts hold WHO`.
    struct Hold: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Accept their mail, and keep it in the folder New contacts.")
        @OptionGroup var decision: Decision
        func run() throws { try decision.decide(.held) }
    }

    /// `samotop contacts forget WHO`.
    struct Forget: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove them: their next mail comes from a stranger.",
            discussion: """
                Held mail stays held: who has some waits for your word again, as a stranger. Welcome them to have it, or block \
                them to be rid of it.
                """)
        @Argument(help: "Address, domain, or <ID>; several may be given.") var who: [String]
        @OptionGroup var options: Options

        func run() throws {
            let who = who
            try options.atDesk { desk, owner in
                for text in who {
                    let outcome =
                        switch try await desk.forget(
                            try CorrespondentArgument.parse(text), of: owner, by: "command")
                        {
                        case .unknown: "not a contact"
                        case .forgotten: "forgotten"
                        case .waits: "forgotten; their held mail stays, so they wait for your word"
                        }
                    StandardOutput().write("\(OneLine.escaped(text)): \(outcome)")
                }
            }
        }
    }
}

extension ContactsCommand {
    /// `samotop contacts note WHO TEXT`.
    struct Note: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write down why, for yourself. Decides nothing.")
        @Argument(help: "Address, domain, or <ID>.") var who: String
        @Argument(help: "At most 500 characters; '' removes the note.") var text: String
        @OptionGroup var options: Options

        func run() throws {
            let (who, text) = (who, text)
            try options.atDesk { desk, owner in
                let correspondent = try CorrespondentArgument.parse(who)
                guard try await desk.annotate(correspondent, of: owner, note: text, by: "command") != nil else {
                    throw StartFailure(
                        ExitStatus.failure, ["\(OneLine.escaped(who)): not a contact; see samotop contacts list"])
                }
                StandardOutput().write("\(correspondent.text): \(text.isEmpty ? "no note" : "noted")")
            }
        }
    }
}

extension Contact.State: ExpressibleByArgument {}
