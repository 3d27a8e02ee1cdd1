import ArgumentParser
import SamotopContacts
import SamotopCore

/// `samotop address`: addresses for one purpose.
struct AddressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "address", abstract: "Give out addresses for one purpose each, and take them back.",
        discussion: """
            Mail to alice+pass-WORD@example.org is alice's. The first domain that uses such an address has it for itself: from no \
            other anything comes in by it. One that is revoked, expired or used up is refused as unknown. With \
            samotop pass you give out words that welcome their sender everywhere.
            """,
        subcommands: [New.self, List.self, Revoke.self], defaultSubcommand: List.self)

    /// `samotop address new`.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make one, and print it.")

        @Option(name: .customLong("for"), help: "The domain it is for; without it, the first that uses it.")
        var domain: String?
        @Flag(name: .long, help: "It ends a day after its first message.") var singleUse = false
        @Option(name: .long, help: "When it ends, from now: a number with m, h or d, like 30d.") var expires: String?
        @Option(name: .long, help: "A word of your own: letters, digits, hyphens. Without it a random one.") var word:
            String?
        @Option(name: .long, help: "What it is for.") var note = ""
        @OptionGroup var options: PassCommand.Options

        func validate() throws {
            if let word, Pass.Word(word) == nil {
                throw ValidationError("--word has 1 to 32 letters, digits and hyphens")
            }
            if let expires, AddressCommand.seconds(expires) == nil {
                throw ValidationError("--expires is a number with m, h or d, up to 3650d")
            }
            if let domain, AddressCommand.domain(domain) == nil {
                throw ValidationError("--for is a domain, like shop.example")
            }
        }

        func run() throws {
            let (word, note) = (word.flatMap { Pass.Word($0) }, note)
            let kind = singleUse ? Pass.Kind.single : .address
            let domain = domain.flatMap(AddressCommand.domain)
            let expires = expires.flatMap(AddressCommand.seconds).map {
                Timestamp(seconds: SystemClock().now().seconds + $0)
            }
            try options.atDesk { desk, owner, address in
                if let word, PassAddress.text(word, at: address) == nil {
                    throw StartFailure(
                        ExitStatus.usage, ["with this word the address is too long; choose a shorter one"])
                }
                let made = try await desk.make(
                    kind, word: word, note: note, expires: expires, domain: domain, of: owner)
                guard let made else {
                    throw StartFailure(ExitStatus.failure, ["there is an address with this word; choose another"])
                }
                StandardOutput().write(AddressOutput.text(made, address))
            }
        }
    }

    /// `samotop address list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List them, the newest first, and passes among them.")

        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var options: PassCommand.Options

        func run() throws {
            let json = json
            try options.atDesk { desk, owner, address in
                let now = SystemClock().now()
                let items = try await desk.passes(of: owner).map { AddressOutput.Item($0, address, now: now) }
                StandardOutput().write(json ? [try AddressOutput.json(items)] : items.map(\.line))
            }
        }
    }

    /// `samotop address revoke ADDRESS`.
    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take one back: from now on it is refused as unknown.")

        @Argument(help: "The address, or its word alone.") var address: String
        @OptionGroup var options: PassCommand.Options

        func run() throws {
            let text = address
            try options.atDesk { desk, owner, address in
                guard let word = AddressOutput.word(text), let pass = try await desk.revoke(word, of: owner) else {
                    throw StartFailure(
                        ExitStatus.failure, ["\(OneLine.escaped(text)): no such address; see samotop address list"])
                }
                StandardOutput().write("\(AddressOutput.text(pass, address)): revoked")
            }
        }
    }

    /// `90m`, `12h`, `30d` in seconds.
    static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last, let factor = units[unit], let number = Int64(text.dropLast()), number > 0 else {
            return nil
        }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow || seconds > 3_650 * 86_400 ? nil : seconds
    }

    /// As contacts are bound to it: in lower case, as A-labels.
    static func domain(_ text: String) -> String? {
        guard let octets = ASCIIDomain.convert(Array(text.utf8)) else { return nil }
        return try? Name.domain(String(decoding: octets, as: UTF8.self))
    }
}
