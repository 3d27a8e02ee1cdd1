import ArgumentParser
import Foundation
import TransportSecurity

/// `samotop signatures`: who other servers prove to be, and what you make of it.
struct SignaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signatures", abstract: "Look at how other servers prove who they are, and decide about it.",
        discussion: """
            check connects and says what samotop would make of it; the others ask the running server.

            samotop signatures check example.net
            samotop signatures verify example.net --key 5f:2c:…    # compared with its owner by phone
            samotop signatures accept example.net                   # this once
            """,
        subcommands: [
            List.self, Show.self, SignatureCheckCommand.self, Verify.self, Unpin.self, Accept.self, Hold.self,
            Release.self,
            Watch.self, Lower.self,
        ], defaultSubcommand: List.self)

    /// The server that is asked.
    struct Server: ParsableArguments {
        @OptionGroup var configuration: ConfigurationOptions

        func ask<Answer: Decodable & Sendable>(_ request: SignatureRequest, for _: Answer.Type) throws -> Answer {
            let configuration = try configuration.load()
            let line = String(decoding: try JSONEncoder().encode(request), as: UTF8.self)
            let answer = try Blocking.run {
                try await ControlClient(path: configuration.controlSocket).ask("signatures " + line)
            }
            return try JSONDecoder().decode(Answer.self, from: Data(answer.utf8))
        }
    }

    /// `samotop signatures list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the domains that mail went to or came from.")
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var server: Server

        func run() throws {
            try StartFailure.reported {
                var records: [PeerRecord] = []
                var request = SignatureRequest(.list)
                while true {
                    let page = try server.ask(request, for: [PeerRecord].self)
                    records += page
                    guard page.count == SignatureDesk.page, let last = page.last else { break }
                    request.after = last.domain.text
                }
                if json { return StandardOutput().write(try QueueToolCommand.text(records)) }
                StandardOutput().write(
                    records.isEmpty ? ["no mail went out or came in yet"] : SignatureOutput.lines(records))
            }
        }
    }

    /// `samotop signatures show DOMAIN`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show all that is known of a domain, and its history.")
        @Argument(help: "The domain.") var domain: String
        @Flag(name: .long, help: "As JSON.") var json = false
        @OptionGroup var server: Server

        func run() throws {
            try StartFailure.reported {
                let record = try server.ask(SignatureRequest(.show, domain: domain), for: PeerRecord.self)
                if json { return StandardOutput().write(try QueueToolCommand.text(record)) }
                StandardOutput().write(SignatureOutput.details(record))
            }
        }
    }

    /// What a decision is about.
    struct Target: ParsableArguments {
        @Argument(help: "The domain.") var domain: String
        @Flag(name: .long, help: "What is known afterwards, as JSON.") var json = false
        @OptionGroup var server: Server

        func decide(_ action: SignatureRequest.Action, keys: [String] = []) throws {
            try StartFailure.reported {
                var request = SignatureRequest(action, domain: domain)
                request.keys = keys
                let record = try server.ask(request, for: PeerRecord.self)
                if json { return StandardOutput().write(try QueueToolCommand.text(record)) }
                StandardOutput().write(SignatureOutput.details(record))
            }
        }
    }

    /// `samotop signatures verify DOMAIN --key …`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pin keys that you compared with the domain's owner: only servers with one of them get mail.",
            discussion: """
                show and check print the SHA-256 of the keys; compare it by phone or on paper, not by mail. A key that you verified \
                counts more than TLSA records and authorities; it doesn't lift wrong DNSSEC signatures, nor REQUIRETLS.
                """,
            aliases: ["pin"])
        @Option(
            name: .long, help: "SHA-256 of a server's public key, 64 hexadecimal digits; several for several servers.")
        var key: [String]
        @OptionGroup var target: Target
        func run() throws { try target.decide(.pin, keys: key) }
    }

    /// `samotop signatures unpin DOMAIN`.
    struct Unpin: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take the pins back.")
        @OptionGroup var target: Target
        func run() throws { try target.decide(.unpin) }
    }

    /// `samotop signatures accept DOMAIN`.
    struct Accept: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Let one message go to a server that isn't the one you know, within a day. DANE and MTA-STS still count."
        )
        @Option(name: .long, help: "Only to one with this key.") var key: String?
        @Flag(name: .long, help: "What differs at a domain that is watched is how it is from then on.") var keep = false
        @OptionGroup var target: Target
        func run() throws { try target.decide(keep ? .adopt : .accept, keys: key.map { [$0] } ?? []) }
    }

    /// `samotop signatures hold DOMAIN`.
    struct Hold: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Keep all mail for a domain until you release it.")
        @OptionGroup var target: Target
        func run() throws { try target.decide(.hold) }
    }

    /// `samotop signatures release DOMAIN`.
    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let held mail for a domain go.")
        @OptionGroup var target: Target
        func run() throws { try target.decide(.release) }
    }

    /// `samotop signatures watch DOMAIN`.
    struct Watch: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Keep mail when anything differs: a server, its key, TLSA records, DNSSEC, the MTA-STS policy.")
        @Flag(name: .long, help: "No longer.") var off = false
        @OptionGroup var target: Target
        func run() throws { try target.decide(off ? .unwatch : .watch) }
    }

    /// `samotop signatures lower DOMAIN`.
    struct Lower: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget how secure the domain was: mail goes by what it offers now.")
        @OptionGroup var target: Target
        func run() throws { try target.decide(.lower) }
    }
}
