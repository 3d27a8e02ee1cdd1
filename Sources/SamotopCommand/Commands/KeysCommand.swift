import ArgumentParser
import Foundation
import SamotopEncryption

/// `samotop keys`: to which keys mail is encrypted.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Encrypt a mailbox's mail to its owner's OpenPGP key or certificate (S/MIME).",
        discussion: """
            A key counts from the next message on. What was delivered before stays as it is: see samotop seal.

            gpg --armor --export bob@example.org | samotop keys import bob@example.org
            samotop keys import bob@example.org bob.pem
            """,
        subcommands: [List.self, Show.self, Import.self, Remove.self, Check.self, Publish.self],
        defaultSubcommand: List.self)

    /// Keys of the configuration, whether or not the server runs.
    struct Options: ParsableArguments {
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var options: ConfigurationOptions

        func open() throws -> OpenKeys { try OpenKeys(try options.load()) }

        func show(_ items: [KeyOutput.Item], _ text: (KeyOutput.Item) -> [String], none: String) throws {
            if json { return StandardOutput().write(try KeyOutput.json(items)) }
            StandardOutput().write(items.isEmpty ? [none] : items.flatMap(text))
        }
    }

    /// `samotop keys list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the mailboxes with keys, a line for each key.")
        @OptionGroup var keys: Options

        func run() throws {
            try StartFailure.reported {
                let items = try keys.open().all()
                try keys.show(items, { [$0.line] }, none: "no keys: samotop keys import ADDRESS FILE")
            }
        }
    }

    /// `samotop keys show ADDRESS`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all of a mailbox's keys.")
        @Argument(help: "The mailbox's address.") var address: String
        @OptionGroup var keys: Options

        func run() throws {
            try StartFailure.reported {
                let open = try keys.open()
                let items = open.items(try open.configuration.mailbox(address))
                try keys.show(items, \.details, none: "\(address) has no key: its mail is stored as it comes")
            }
        }
    }

    /// `samotop keys import ADDRESS [FILE]`.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a public key: from the next message on the mailbox's mail is encrypted to it.",
            discussion: """
                Compare the fingerprint with the one that the owner's own program shows: whoever holds that key's secret half, and \
                nobody else, reads the mail. Several keys can be taken, for several devices; each of them reads all. A mailbox has \
                OpenPGP keys or certificates, not both. Who signed a certificate isn't looked at.
                """)
        @Argument(help: "The mailbox's address.") var address: String
        @Argument(
            help: "A file with the key, armoured or not, or a certificate, PEM or DER; - or nothing: standard input.")
        var file = "-"
        @Flag(name: .long, help: "Also a key without this address in its user ids.") var anyUserID = false
        @Flag(name: .long, help: "Instead of all keys there are, also those of the other kind.") var replace = false
        @OptionGroup var keys: Options

        func run() throws {
            try StartFailure.reported {
                let open = try keys.open()
                let mailbox = try open.configuration.mailbox(address)
                let octets = try Self.read(file)
                try StateOwner.become(of: open.configuration.state)
                let now = Int64(Date().timeIntervalSince1970)
                do throws(KeyImportError) {
                    let taken = try open.folder.add(
                        octets, to: mailbox.name, for: anyUserID ? nil : mailbox.address, at: now,
                        isReplacing: replace)
                    let items = taken.map { KeyOutput.Item($0, of: mailbox.address, now: now) }
                    if keys.json { return StandardOutput().write(try Self.json(items)) }
                    StandardOutput().write(items.flatMap(\.details))
                    StandardOutput().write([
                        "",
                        "From now on only the holder of the secret key can read mail for \(mailbox.address): not this server, not you.",
                        "Compare the fingerprint with its owner. Mail that is here already: samotop seal \(mailbox.address)",
                    ])
                } catch {
                    throw StartFailure(ExitStatus.failure, ["\(OneLine.escaped(file)): \(Self.words(error))"])
                }
            }
        }

        private static func json(_ items: [KeyOutput.Item]) throws(KeyImportError) -> String {
            do { return try KeyOutput.json(items) } catch { throw .access(.failed(call: "json", number: 0)) }
        }

        private static func words(_ error: KeyImportError) -> String {
            switch error {
            case .problem(let key?, .otherUserID):
                """
                key \(key.fingerprint) has no user id with this address, but \
                \(key.userIDs.map { OneLine.escaped($0, limit: 200) }.joined(separator: ", ")); \
                if it is the right one, say --any-user-id
                """
            case .otherKind(let keys):
                """
                this is \(keys.first?.kind.words ?? "a key"), and the mailbox has keys of the other kind; \
                to use it instead of all of them, say --replace
                """
            case .problem(let key?, let problem): "key \(key.fingerprint): \(problem)"
            case .problem(nil, let problem): "\(problem)"
            case .access(let error): "\(error)"
            }
        }

        private static func read(_ file: String) throws(StartFailure) -> [UInt8] {
            if file == "-" {
                let handle = FileHandle.standardInput
                return [UInt8]((try? handle.read(upToCount: RecipientKey.maximumOctets + 1)) ?? Data())
            }
            do throws(SystemFailure) { return try LocalFile.read(file, limit: RecipientKey.maximumOctets) } catch {
                let words = error.number == EFBIG ? "\(KeyProblem.tooLarge)" : "can't read it: \(error)"
                throw StartFailure(ExitStatus.usage, ["\(OneLine.escaped(file)): \(words)"])
            }
        }
    }

    /// `samotop keys remove ADDRESS`.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a key away, or all of a mailbox. Mail that is encrypted to it stays so.",
            discussion: "Without any key the mailbox's mail is stored as it comes, readable for whoever reads the disk."
        )
        @Argument(help: "The mailbox's address.") var address: String
        @Option(name: .long, help: "The key's fingerprint.") var fingerprint: String?
        @Flag(name: .long, help: "All keys of the mailbox.") var all = false
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                guard all != (fingerprint != nil) else {
                    throw StartFailure(ExitStatus.usage, ["say which: --fingerprint FINGERPRINT, or --all"])
                }
                let open = try OpenKeys(try options.load())
                let mailbox = try open.configuration.mailbox(address)
                try StateOwner.become(of: open.configuration.state)
                let wanted = fingerprint.map { $0.filter { $0 != " " }.uppercased() }
                let isGone = try open.folder.remove(wanted, of: mailbox.name)
                guard isGone else { throw StartFailure(ExitStatus.failure, ["\(mailbox.address) has no such key"]) }
                let isLast = open.items(mailbox).isEmpty
                StandardOutput().write(
                    isLast ? "gone; new mail for \(mailbox.address) is stored as it comes" : "gone; others are left")
            }
        }
    }

    /// `samotop keys check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say which keys can't be used, or only for another 30 days.",
            discussion: "Exits with 1 when a mailbox gets no mail because of its keys.")
        @Argument(help: "One mailbox's address; default: all with keys.") var address: String?
        @OptionGroup var keys: Options

        func run() throws {
            try StartFailure.reported {
                let open = try keys.open()
                let items = try address.map { open.items(try open.configuration.mailbox($0)) } ?? open.all()
                try keys.show(items, { [$0.line] }, none: "no keys: samotop keys import ADDRESS FILE")
                let working = Set(items.filter { $0.state != "unusable" }.map(\.mailbox))
                if items.contains(where: { !working.contains($0.mailbox) }) { throw ExitCode(ExitStatus.failure) }
            }
        }
    }
}
