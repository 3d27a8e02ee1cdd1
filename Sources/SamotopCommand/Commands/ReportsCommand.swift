public import ArgumentParser
import Foundation
public import SamotopReports

/// `samotop reports`: what other servers report of our domains, and what we report of theirs.
struct ReportsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reports", abstract: "Look at reports on TLS and DMARC, and send yours.",
        discussion: "Asks the running server. What a report says is a claim of its sender.",
        subcommands: [List.self, Show.self, Send.self], defaultSubcommand: List.self)

    /// The server that is asked.
    struct Server: ParsableArguments {
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var configuration: ConfigurationOptions

        func ask(_ request: ReportRequest) throws {
            try StartFailure.reported {
                let configuration = try configuration.load()
                let line = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
                let answer = try Blocking.run {
                    try await ControlClient(path: configuration.controlSocket).ask("reports " + line)
                }
                let text = try JSONDecoder().decode(String.self, from: Data(answer.utf8))
                StandardOutput().write(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
            }
        }
    }

    /// `samotop reports list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the reports that came in, the newest first.")
        @Option(name: .long, help: "tls or dmarc alone.") var kind: ReportKind?
        @Option(name: .long, help: "So many at most.") var limit = 100
        @OptionGroup var server: Server

        func run() throws {
            try server.ask(ReportRequest(action: .list, kind: kind, limit: limit, json: server.json))
        }
    }

    /// `samotop reports show NUMBER`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all of one report.")
        @Argument(help: "Its number in the list.") var number: Int64
        @OptionGroup var server: Server

        func run() throws { try server.ask(ReportRequest(action: .show, number: number, json: server.json)) }
    }

    /// `samotop reports send`.
    struct Send: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send the reports of the days that are over now, and not in the coming night.")
        @Flag(name: .long, help: "Say what would be sent, and to whom; send nothing.") var dryRun = false
        @OptionGroup var server: Server

        func run() throws {
            try server.ask(ReportRequest(action: dryRun ? .trial : .send, json: server.json))
        }
    }
}

extension ReportKind: ExpressibleByArgument {}
