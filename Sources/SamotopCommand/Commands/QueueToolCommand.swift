public import ArgumentParser
import Foundation
import SamotopCore
public import SamotopQueue

/// `samotop queue`: mail on its way to other servers.
struct QueueToolCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Look at mail on its way out, and decide about it.",
        discussion: """
            Asks the running server. A command is about one message (its id) or about all that fit the conditions.

            samotop queue list --to-domain example.net
            samotop queue why 01J…
            samotop queue retry --to-domain example.net
            """,
        subcommands: [
            List.self, Totals.self, Show.self, Why.self, Destinations.self, Retry.self, Hold.self, Release.self,
            Fail.self, Drop.self, Readdress.self, Suppressed.self,
        ], defaultSubcommand: List.self)

    /// The server that is asked.
    struct Server: ParsableArguments {
        @OptionGroup var configuration: ConfigurationOptions

        func ask<Answer: Decodable & Sendable>(_ request: QueueRequest, for _: Answer.Type) throws -> Answer {
            let configuration = try configuration.load()
            let line = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
            let answer = try Blocking.run {
                try await ControlClient(path: configuration.controlSocket).ask("queue " + line)
            }
            return try JSONDecoder().decode(Answer.self, from: Data(answer.utf8))
        }
    }

    /// Conditions that all must hold.
    struct Conditions: ParsableArguments {
        @Option(name: .long, help: "The sender; <> for notifications.") var sender: String?
        @Option(name: .long, help: "The recipient.") var recipient: String?
        @Option(name: .customLong("to-domain"), help: "Where it goes: the domain, or a route's name.") var domain:
            String?
        @Option(name: .long, help: "waiting, ready, delivering or held.") var state: QueueEntryState?
        @Option(name: .customLong("older-than"), help: "Queued so long ago, like 30m or 4h.", transform: Self.seconds)
        var olderThan: Int64?

        var isEmpty: Bool { sender == nil && recipient == nil && domain == nil && state == nil && olderThan == nil }

        func apply(to request: inout QueueRequest) {
            request.sender = sender
            request.recipient = recipient
            request.destination = domain
            request.state = state
            request.olderThan = olderThan
        }

        private static func seconds(_ text: String) throws -> Int64 {
            do throws(Unfit) {
                return try Quantity.duration(in: .zero ... .seconds(366 * 86_400))(text).components.seconds
            } catch { throw ValidationError(error.message) }
        }
    }

    /// `samotop queue list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what waits.")
        @OptionGroup var conditions: Conditions
        @Option(name: .long, help: "So many at most.") var limit = 1_000
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var server: Server

        func validate() throws {
            guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is 1 to 1000000") }
        }

        func run() throws {
            try StartFailure.reported {
                var request = QueueRequest(.list)
                conditions.apply(to: &request)
                var entries: [QueueEntry] = []
                repeat {
                    request.limit = min(QueueDesk.page, limit - entries.count)
                    let page = try server.ask(request, for: QueuePage.self)
                    entries += page.entries
                    request.cursor = page.next
                } while request.cursor != nil && entries.count < limit
                if json { return StandardOutput().write(try QueueToolCommand.text(entries)) }
                StandardOutput().write(QueueOutput.lines(entries))
                if entries.isEmpty { StandardOutput().write("nothing waits") }
                if request.cursor != nil { StandardOutput().write("and more: --limit shows them") }
            }
        }
    }

    /// `samotop queue show ID`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show all of one message, and why it waits.")
        @Argument(help: "Its id, as in the Received field and in the list.") var id: String
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var server: Server

        func run() throws {
            try StartFailure.reported {
                var request = QueueRequest(.show)
                request.message = id
                guard let entry = try server.ask(request, for: QueueEntry?.self) else {
                    request.action = .outcomes
                    let found = try server.ask(request, for: [OutcomeEntry].self)
                    if !found.isEmpty, json { return StandardOutput().write(try QueueToolCommand.text(found)) }
                    if !found.isEmpty { return StandardOutput().write(QueueOutput.lines(found)) }
                    throw StartFailure(
                        ExitStatus.failure,
                        [
                            "\(OneLine.escaped(id)) isn't in the queue: it left longer ago (see samotop why), or was never there"
                        ])
                }
                if json { return StandardOutput().write(try QueueToolCommand.text(entry)) }
                StandardOutput().write(QueueOutput.details(entry))
            }
        }
    }

    /// `samotop queue why ID`.
    struct Why: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say why a message isn't delivered yet.")
        @Argument(help: "Its id.") var id: String
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var server: Server

        func run() throws {
            var show = Show()
            show.id = id
            show.json = json
            show.server = server
            try show.run()
        }
    }

    /// `samotop queue destinations`.
    struct Destinations: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List where mail waits for, and why.")
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var server: Server

        func run() throws {
            try StartFailure.reported {
                let found = try server.ask(QueueRequest(.destinations), for: [DestinationEntry].self)
                if json { return StandardOutput().write(try QueueToolCommand.text(found)) }
                StandardOutput().write(found.isEmpty ? ["nothing waits"] : QueueOutput.lines(found))
            }
        }
    }

    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension QueueEntryState: ExpressibleByArgument {}
