import InternetMessage
import SMTP

func mailbox(_ text: String) -> Mailbox {
    guard let mailbox = Mailbox(text) else { preconditionFailure("no mailbox: \(text)") }
    return mailbox
}

let original = bytes(
    """
    Received: from a.test by b.test; Wed, 18 Nov 2026 11:00:00 +0000\r
    From: Ann <ann@example.org>\r
    To: bob@example.net\r
    Bcc: Secret <secret@example.net>,\r
     other@example.net\r
    Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r
    Message-ID: <orig@example.org>\r
    References: <1@example.org> <2@example.org>\r
    \r
    the body\r\n
    """)

func failed(_ address: String = "bob@example.net", said lines: [[UInt8]] = [bytes("5.1.1 No such user")])
    -> RecipientDeliveryStatus
{
    RecipientDeliveryStatus(
        finalRecipient: ReportedValue(mailbox(address)), action: .failed, status: EnhancedStatusCode(5, 1, 1),
        remoteMTA: DomainName("mx.example.net").map { ReportedValue(host: $0) },
        diagnosticCode: ReportedValue(replyCode: 550, lines: lines))
}

func notification(_ recipients: [RecipientDeliveryStatus]) -> DeliveryStatusNotification {
    DeliveryStatusNotification(
        reportingMTA: ReportedValue(type: bytes("dns"), value: bytes("mail.example.org")), arrivalDate: noon,
        recipients: recipients)
}

func written(
    _ notification: DeliveryStatusNotification, to: String = "ann@example.org",
    about message: ReportedMessage? = ReportedMessage(octets: original, isWhole: true),
    allowing extensions: Extensions = []
) throws(MessageBuilderError) -> Message {
    var randomness = SeededGenerator(seed: 3464)
    return try notification.message(
        to: mailbox(to), date: noon, original: message, allowing: extensions, using: &randomness)
}

/// The texts of the three parts.
func parts(of message: Message) -> [String] {
    let read = MIMEMessage(message.bytes)
    return read.entities.filter { $0.parent == 0 }.map { text(read.content(of: $0).bytes) }
}
