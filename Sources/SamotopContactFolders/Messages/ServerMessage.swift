import InternetMessage
import SMTP
import SamotopCore

/// A short message that the server writes to one of its users (RFC 5322, plain text in UTF-8).
struct ServerMessage: Sendable {
    /// Stands above all other fields.
    var firstField: HeaderField?
    var from: Mailbox
    /// Nil: no To field.
    var to: Mailbox?
    var subject: String
    var date: Timestamp
    /// Left of the `@` in the Message-ID, whose right side is the sender's domain. Letters, digits and hyphens.
    var identifier: String
    /// Lines end with LF; each is less than 998 octets.
    var body: String

    /// The message with CRLF.
    var octets: [UInt8] {
        var lines = [
            "From: Samotop <" + Self.text(from.bytes) + ">",
            "Subject: " + EncodedWords.encode(subject),
            "Date: " + Self.text(InternetDate(secondsSince1970: date.seconds).bytes),
            "Message-ID: <" + identifier + "@" + Self.text(from.domain.bytes) + ">",
        ]
        if let to { lines.insert("To: <" + Self.text(to.bytes) + ">", at: 1) }
        lines += [
            // RFC 3834 §5: nobody's out-of-office note answers it.
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
        ]
        let text = body.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return (firstField?.raw ?? []) + lines.flatMap { Array($0.utf8) + [0x0D, 0x0A] }
            + Array(text.joined(separator: [0x0D, 0x0A]))
    }

    /// The message for delivery: the same identifier and date make the same file name.
    func received(for destination: Destination) -> ReceivedMessage {
        let recipient = Recipient(path: .postmaster, parameters: RcptParameters(), destinations: [destination])
        return ReceivedMessage(
            envelope: Envelope(
                id: identifier, reversePath: .null, parameters: MailParameters(), recipients: [recipient]),
            trace: [], content: MemoryContent(octets), received: date)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
