import ArgumentParser
import SMTP
import SamotopDelivery

extension DirectoryCommand {
    /// `samotop directory add ADDRESS`.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an address to the table: a mailbox, an alias, or a name that is nobody's.")

        @Argument(help: "The address, of a domain of the configuration.") var address: String
        @Option(
            name: .long, help: "Makes it an alias: whose mailbox or alias gets its mail. May be given several times.")
        var to: [String] = []
        @Flag(name: .long, help: "Nobody has it, whatever a pattern or everyone-else says.") var nobody = false
        @Flag(name: .long, help: "Also when an account, keys or mail of its former owner are there.") var again = false
        @OptionGroup var options: ConfigurationOptions

        func validate() throws {
            if nobody, !to.isEmpty { throw ValidationError("--to and --nobody exclude each other") }
        }

        func run() throws {
            try StartFailure.reported {
                let mailbox = try DirectoryCommand.address(address)
                let targets = try to.map { text throws(StartFailure) in try DirectoryCommand.address(text) }
                let meaning: AddressRow.Meaning = nobody ? .nobody : targets.isEmpty ? .mailbox : .alias(targets)
                let row = try DirectoryCommand.row(mailbox, meaning)
                try DirectoryCommand.edit([.add(row)], again: again, options)
            }
        }
    }

    /// `samotop directory remove ADDRESS`.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an address out of the table. A mailbox's mail stays where it is.")

        @Argument(help: "The address.") var address: String
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                try DirectoryCommand.edit([.remove(try DirectoryCommand.address(address))], options)
            }
        }
    }

    /// `samotop directory import FILE`.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add many addresses at once, or none of them.",
            discussion: """
                A line is an address, for a mailbox; or an address, a colon, and those who get its mail with spaces between; or an \
                address, a colon and a hyphen, for nobody. What follows a # is a comment.
                """)

        @Argument(help: "The file; - for standard input.") var file: String
        @Flag(name: .long, help: "Also when accounts, keys or mail of former owners are there.") var again = false
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let bytes: [UInt8]
                do throws(SystemFailure) {
                    bytes = try LocalFile.read(file == "-" ? "/dev/stdin" : file, limit: AddressLines.largest)
                } catch {
                    throw StartFailure(ExitStatus.failure, ["\(OneLine.escaped(file)): can't read it: \(error)"])
                }
                let rows = try AddressLines.rows(bytes, name: file)
                try DirectoryCommand.edit(rows.map { .add($0) }, again: again, options)
                StandardOutput().write("\(rows.count) added")
            }
        }
    }

    /// A row that the table can hold.
    static func row(_ address: Mailbox, _ meaning: AddressRow.Meaning) throws(StartFailure) -> AddressRow {
        guard let row = AddressRow(address, meaning) else {
            throw StartFailure(
                ExitStatus.usage,
                [
                    """
                    names have up to 64 letters, digits and - _ + = and . inside, and an alias leads to 1 to \
                    \(AddressRow.mostTargets) addresses
                    """
                ])
        }
        return row
    }

    /// Changes the table, if a directory comes of it.
    ///
    /// - Parameter again: also where a former owner left something.
    static func edit(_ edits: [AddressEdit], again: Bool = false, _ options: ConfigurationOptions) throws {
        let configuration = try options.loadFiles()
        try StateOwner.become(of: configuration.state)
        try Blocking.run {
            let table = try await TableOfAddresses.open(in: configuration.state)
            do {
                if !again { try FormerOwner.refuse(edits, try await table.store.table().rows, configuration) }
                try await table.store.edit(edits) { rows in
                    var whole = configuration
                    whole.addressTable.rows = rows
                    _ = try MailboxesFactory.directory(whole)
                }
            } catch let failure as StartFailure {
                try await table.close()
                throw failure
            } catch {
                try await table.close()
                throw StartFailure(ExitStatus.failure, ["samotop: \(TableOfAddresses.cause(error))"])
            }
            try await table.close()
        }
    }
}
