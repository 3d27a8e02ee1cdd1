import ArgumentParser
import Foundation
import SMTP
import SamotopContacts
import SamotopCore
import SamotopQueue

/// `samotop why`: why a message is here, or was refused.
struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Tell why a message was delivered, postponed or refused.",
        discussion: """
            WHAT is a sender's address or domain, the identifier of a message (the id of the Received field on top of it), or a file with \
            the message. What is told is kept for the days that contacts.audit-days says.
            """)

    @Argument(help: ArgumentHelp("A sender, a message's identifier, or a file.", valueName: "what")) var what: String
    @Option(name: .long, help: ArgumentHelp("Only mail to this mailbox.", valueName: "address")) var owner: String?
    @Option(name: .long, help: "At most so many steps, 1 to 1000.") var limit = 100
    @Flag(name: .long, help: "Print JSON.") var json = false
    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard (1...1_000).contains(limit) else { throw ValidationError("--limit is 1 to 1000") }
    }

    func run() throws {
        try StartFailure.reported {
            let configuration = try options.load()
            guard configuration.privacy.log == .told else {
                throw StartFailure(
                    ExitStatus.failure, ["nothing is recorded, since the configuration says privacy.log: omitted"])
            }
            let owner = try owner.map { address throws(StartFailure) in try configuration.owner(address) }
            let (what, limit, json) = (what, limit, json)
            let envelope = try Self.envelope(what)
            try StateOwner.become(of: configuration.state)
            try Blocking.run {
                let stores = try await OpenStores.open(configuration)
                let entries: [AuditEntry]
                if let envelope {
                    entries = try await stores.audit.entries(ofEnvelope: envelope)
                } else {
                    entries = try await stores.audit.entries(from: what.lowercased(), to: owner, limit: limit)
                }
                try await stores.close()
                guard !entries.isEmpty else {
                    throw StartFailure(ExitStatus.failure, ["\(OneLine.escaped(what)): nothing is on record"])
                }
                StandardOutput().write(json ? [try Self.json(entries)] : entries.map(Self.line))
            }
        }
    }

    /// The identifier that is meant, or that a file's newest Received field has; nil: a sender is meant.
    private static func envelope(_ text: String) throws -> String? {
        if text.contains("/") || (LocalFile.status(text)?.isFile == true && !text.contains("@")) {
            let message: [UInt8]
            do throws(SystemFailure) { message = try LocalFile.read(text, limit: 100 << 20) } catch {
                throw StartFailure(ExitStatus.failure, ["\(OneLine.escaped(text)): \(error)"])
            }
            guard let id = ReceivedIdentifier.first(in: message) else {
                throw StartFailure(ExitStatus.failure, ["\(OneLine.escaped(text)): no Received field with an id"])
            }
            return id
        }
        return text.utf8.count == 26 && !text.contains("@") && !text.contains(".") ? text.lowercased() : nil
    }

    private static func line(_ entry: AuditEntry) -> String {
        let message = entry.envelope.isEmpty ? "" : "  \(entry.envelope)"
        let whom = entry.owner.map { " → \($0.name)" } ?? ""
        return OneLine.escaped(
            "\(CivilTime.text(entry.time))  \(entry.sender)\(whom)  \(entry.stage): \(entry.judge) says \(entry.verdict)"
                + (entry.cause.isEmpty ? "" : " (\(entry.cause))") + message, limit: 1_000)
    }

    private struct Step: Encodable {
        let time, envelope, sender, stage, judge, verdict, cause: String
        let owner: String?
        /// Of mail that went out: the TLS that it went inside; nil: none.
        let tls: DeliveredTLS?
    }

    private static func json(_ entries: [AuditEntry]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let steps = entries.map { entry in
            Step(
                time: CivilTime.text(entry.time), envelope: entry.envelope, sender: entry.sender, stage: entry.stage,
                judge: entry.judge, verdict: entry.verdict, cause: entry.cause, owner: entry.owner?.name,
                tls: entry.stage == OutcomeTaps.stage ? OutcomeWords.tls(in: entry.cause) : nil)
        }
        return String(decoding: try encoder.encode(steps), as: UTF8.self)
    }
}
