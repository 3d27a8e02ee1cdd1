import ArgumentParser
import Foundation
import SamotopContacts

extension ContactsCommand {
    /// `samotop contacts import FILE`.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take over an address book: vCard, CSV, or one address a line.",
            discussion: """
                Those in it are welcome unless the file or --state says otherwise, each bound to its own domain: mail that only claims \
                to be from them is a stranger's. Who was decided about before stays so, unless you say --replace.
                """)

        @Argument(help: "The file.", completion: .file()) var file: String
        @Option(name: .long, help: "welcome, held, blocked.") var state = Contact.State.welcome
        @Flag(name: .long, help: "The file counts more than earlier decisions.") var replace = false
        @OptionGroup var options: Options

        func run() throws {
            let (state, replace) = (state, replace)
            let list: ContactImport
            do throws(SystemFailure) {
                list = ContactImport(detecting: try LocalFile.read(file, limit: ContactImport.maximumOctets))
            } catch {
                StandardError().write("\(OneLine.escaped(file)): \(error)")
                throw ExitCode(ExitStatus.failure)
            }
            for problem in list.problems { StandardError().write("\(OneLine.escaped(file)): \(problem)") }
            try options.atDesk { desk, owner in
                let outcome = try await desk.apply(list.entries, of: owner, state: state, replaces: replace)
                StandardOutput().write(
                    "\(outcome.added) added, \(outcome.changed) changed, \(outcome.kept) kept as they were")
            }
            if list.entries.isEmpty || !list.problems.isEmpty { throw ExitCode(ExitStatus.failure) }
        }
    }

    /// `samotop contacts export`.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print all contacts as CSV, which import reads again without loss.")

        @OptionGroup var options: Options

        func run() throws {
            try options.atDesk { desk, owner in
                FileHandle.standardOutput.write(Data(try await desk.export(of: owner)))
            }
        }
    }
}
