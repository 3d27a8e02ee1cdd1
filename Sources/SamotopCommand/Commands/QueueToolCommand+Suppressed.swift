import ArgumentParser
import Foundation
import SamotopCore
import SamotopQueue

extension QueueToolCommand {
    /// `samotop queue suppressed`.
    struct Suppressed: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Addresses to which an account's mail isn't sent any more, as they refused it for good.",
            discussion: """
                Whoever answered that there is no such mailbox (5.1.1, 5.1.3, 5.1.6, 5.1.10, 5.2.1) isn't written to again by the account whose \
                mail that was, for as long as relay.queue.suppression says.

                samotop queue suppressed
                samotop queue suppressed remove bob@example.net --account ann@example.org
                """,
            subcommands: [List.self, Add.self, Remove.self], defaultSubcommand: List.self)

        /// Whose mail.
        struct Whose: ParsableArguments {
            @Option(name: .long, help: "Of this account's mail.") var account: String?
            @Flag(name: .long, help: "Of the mail of clients in relay.from.") var network = false

            func validate() throws {
                guard account == nil || !network else { throw ValidationError("--account or --network, not both") }
            }

            func apply(to request: inout QueueRequest) {
                request.account = account
                request.network = network
            }
        }

        /// `samotop queue suppressed list`.
        struct List: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "List them, the latest first.")
            @OptionGroup var whose: Whose
            @Option(name: .long, help: "So many at most, 1 to 1000.") var limit = 100
            @Flag(name: .long, help: "As JSON.") var json = false
            @OptionGroup var server: Server

            func validate() throws {
                guard (1...1_000).contains(limit) else { throw ValidationError("--limit is 1 to 1000") }
            }

            func run() throws {
                try StartFailure.reported {
                    var request = QueueRequest(.suppressed)
                    whose.apply(to: &request)
                    request.limit = limit
                    let found = try server.ask(request, for: [SuppressedEntry].self)
                    if json { return StandardOutput().write(try QueueToolCommand.text(found)) }
                    StandardOutput().write(found.isEmpty ? ["nothing is suppressed"] : found.map(\.line))
                }
            }
        }

        /// `samotop queue suppressed add ADDRESS`.
        struct Add: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Send an account's mail there no more.")
            @Argument(help: "The address.") var address: String
            @OptionGroup var whose: Whose
            @Flag(name: .long, help: "As JSON.") var json = false
            @OptionGroup var server: Server

            func validate() throws {
                guard whose.account != nil || whose.network else {
                    throw ValidationError("whose mail? --account NAME, or --network for clients in relay.from")
                }
            }

            func run() throws {
                try StartFailure.reported {
                    var request = QueueRequest(.suppress)
                    whose.apply(to: &request)
                    request.words = address
                    let count = try server.ask(request, for: Int.self)
                    let done = SuppressionDocument(action: .suppress, address: address, changed: count)
                    StandardOutput().write(json ? try QueueToolCommand.text(done) : "suppressed")
                }
            }
        }

        /// `samotop queue suppressed remove ADDRESS`.
        struct Remove: ParsableCommand {
            static let configuration = CommandConfiguration(
                abstract: "Let mail go there again: an account's, or everybody's.")
            @Argument(help: "The address.") var address: String
            @OptionGroup var whose: Whose
            @Flag(name: .long, help: "As JSON.") var json = false
            @OptionGroup var server: Server

            func run() throws {
                try StartFailure.reported {
                    var request = QueueRequest(.unsuppress)
                    whose.apply(to: &request)
                    request.words = address
                    let count = try server.ask(request, for: Int.self)
                    guard count > 0 else {
                        throw StartFailure(ExitStatus.failure, ["\(OneLine.escaped(address)) isn't suppressed"])
                    }
                    let done = SuppressionDocument(action: .unsuppress, address: address, changed: count)
                    StandardOutput().write(
                        json ? try QueueToolCommand.text(done) : "\(count) lifted: mail goes there again")
                }
            }
        }
    }
}

/// A suppressed address as it is shown. Moments are seconds since 1970.
struct SuppressedEntry: Sendable, Codable {
    var address: String
    /// The account's name; nil: clients in relay.from.
    var account: String?
    var status: String
    var since: Int64
    var expires: Int64
    var isByHand: Bool

    init(_ entry: SuppressedAddress) {
        address = String(decoding: entry.address.bytes, as: UTF8.self)
        account = entry.submitter.kind == .authenticated ? entry.submitter.name : nil
        status = entry.status.description
        since = entry.since
        expires = entry.expires
        isByHand = entry.isByHand
    }

    var line: String {
        let whose = account.map { "account \(OneLine.escaped($0))" } ?? "relay.from"
        let why = isByHand ? "by hand" : status
        return "\(OneLine.escaped(address))  \(whose)  \(why)  since \(Self.time(since)) until \(Self.time(expires))"
    }

    private static func time(_ seconds: Int64) -> String { CivilTime.text(Timestamp(seconds: seconds)) }
}
