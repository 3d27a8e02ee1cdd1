import Foundation
import InternetMessage
import SMTP
import SamotopClient
import SamotopCore

/// What `samotop send` sends: its octets and its envelope.
struct SendableMessage: Sendable {
    /// Octets of a message, or of a file to attach.
    static let longest = 100 << 20

    let octets: [UInt8]
    let transaction: MailTransaction

    init(_ command: SendCommand) throws {
        let recipients = try command.to.flatMap { $0.split(separator: ",") }.map { text in
            let text = text.trimmingCharacters(in: .whitespaces)
            guard let mailbox = Mailbox(text) else {
                throw SendProblem.usage("--to: \(OneLine.escaped(text)) is no address")
            }
            return mailbox
        }
        guard !recipients.isEmpty else { throw SendProblem.usage("--to: to whom? Write an address") }
        let sender = try Self.sender(command.from)
        if let file = command.file {
            octets = LineEnds.normalized(try Self.read(file == "-" ? "/dev/stdin" : file))
        } else {
            octets = try Self.made(command, from: sender, to: recipients)
        }
        transaction = MailTransaction(
            from: sender.map { .mailbox($0) } ?? .null, to: recipients.map { MailTransaction.Recipient(.mailbox($0)) })
    }

    /// Nil: the null reverse-path.
    private static func sender(_ text: String?) throws -> Mailbox? {
        if text == "" || text == "<>" { return nil }
        let text = text ?? "\(NSUserName())@\(ProcessInfo.processInfo.hostName)"
        guard let mailbox = Mailbox(text) else {
            throw SendProblem.usage("--from: \(OneLine.escaped(text)) is no address")
        }
        return mailbox
    }

    private static func made(_ command: SendCommand, from sender: Mailbox?, to recipients: [Mailbox]) throws -> [UInt8]
    {
        guard let author = sender else { throw SendProblem.usage("--from: a message that is made needs an author") }
        let now = SystemClock().now()
        var builder = MessageBuilder(
            from: [NamedMailbox(author)], date: InternetDate(secondsSince1970: now.seconds)
        ).to(recipients.map { NamedMailbox($0) }).subject(command.subject ?? "")
        for field in command.header {
            let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw SendProblem.usage("--header: write \"Name: text\"") }
            builder = builder.header(String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces))
        }
        var text = command.body ?? ""
        if command.readsBody { text = String(decoding: try read("/dev/stdin"), as: UTF8.self) }
        var part = MessagePart.plain(text)
        if let html = command.html {
            part = .alternative(part, .html(String(decoding: try read(html), as: UTF8.self)))
        }
        if !command.attach.isEmpty {
            let files = try command.attach.map { path in
                MessagePart.attachment(
                    String(path.split(separator: "/").last ?? "file"), type: "application/octet-stream",
                    content: try read(path))
            }
            part = .multipart("mixed", [part] + files)
        }
        var randomness = SystemRandomNumberGenerator()
        do {
            return try builder.body(part).build(using: &randomness).bytes
        } catch { throw SendProblem.usage("the message can't be made: \(error)") }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        do {
            return try LocalFile.read(path, limit: longest)
        } catch { throw SendProblem.usage("\(OneLine.escaped(path)): \(error)") }
    }
}

/// Why nothing could be sent.
enum SendProblem {
    static func usage(_ words: String) -> StartFailure { StartFailure(ExitStatus.usage, ["samotop: \(words)"]) }
}
