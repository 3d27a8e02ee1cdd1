import InternetMessage
import Logging
import SMTP
import SamotopCore
import SamotopDelivery
import SamotopQueue

/// Hands messages to mailboxes' programs: `command:`.
struct CommandTransport: OutboundTransport {
    let runner: ProgramRunner
    /// The mailbox that an address leads to, and what the address names besides.
    let mailbox: @Sendable (Mailbox) -> (mailbox: HandedMailbox, tag: String?)?
    /// Told what programs wrote, which may name anybody; nil: nobody is.
    let logger: Logger?

    func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
        var outcomes: [RecipientOutcome] = []
        for recipient in job.recipients { outcomes.append(await deliver(job.message, to: recipient, content)) }
        return DeliveryReport(outcomes: outcomes, isLocal: true)
    }

    private func deliver(
        _ message: QueuedMessage, to recipient: QueuedRecipient, _ content: any MailContent
    ) async -> RecipientOutcome {
        guard let found = mailbox(recipient.path), case .command(let command) = found.mailbox.handover else {
            // A reload came in between: the next attempt goes where the mailbox leads then.
            return CommandOutcome.outcome(of: .cancelled)
        }
        let values = CommandValues(
            recipient: Self.text(recipient.path), sender: message.reversePath.mailbox.map(Self.text) ?? "",
            mailbox: Self.text(found.mailbox.address), tag: found.tag ?? "")
        let arguments: [String]
        do throws(UnfitCommandValue) { arguments = try command.arguments(for: values) } catch {
            return CommandOutcome.outcome(of: error)
        }
        let fields = ReturnPathField(message.reversePath).bytes + Array("Delivered-To: \(values.recipient)\r\n".utf8)
        let result = await runner.run(
            command.program, arguments, as: command.user, environment: Self.environment(values, message.id),
            input: PrefixedContent(fields, content))
        if !result.output.isEmpty {
            logger?.notice(
                "a mailbox's program wrote",
                metadata: [
                    "mailbox": "\(found.mailbox.name)", "message": "\(message.id)",
                    "text": "\(OneLine.escaped(String(decoding: result.output, as: UTF8.self), limit: 1_000))",
                ])
        }
        return CommandOutcome.outcome(of: result.end)
    }

    /// What a program has in its environment, besides HOME and PATH.
    static func environment(_ values: CommandValues, _ id: String) -> [String: String] {
        [
            "RECIPIENT": values.recipient, "SENDER": values.sender, "MAILBOX": values.mailbox, "TAG": values.tag,
            "MESSAGE": id,
        ]
    }

    private static func text(_ address: Mailbox) -> String { String(decoding: address.bytes, as: UTF8.self) }
}
