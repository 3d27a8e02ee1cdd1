import InternetMessage
import SMTP

let noon = InternetDate(secondsSince1970: 1_795_003_200)

/// A message that lacks nothing.
func draft() -> MessageBuilder {
    MessageBuilder(from: "Ann Example <ann@example.org>", date: noon).to("bob@example.net")
}

func built(_ builder: MessageBuilder, seed: UInt64 = 1) throws(MessageBuilderError) -> Message {
    var randomness = SeededGenerator(seed: seed)
    return try builder.build(using: &randomness)
}

func failure(_ builder: MessageBuilder) -> MessageBuilderError? {
    do {
        _ = try built(builder)
        return nil
    } catch {
        return error
    }
}

func field(_ name: HeaderFieldName, _ message: Message) -> String? {
    text(message.fields(named: name).first.map(\.unfoldedBody))
}

func raw(_ name: HeaderFieldName, _ message: Message) -> String? {
    text(message.fields(named: name).first.map(\.raw))
}

/// What every message that is built has: lines with CRLF, none over 998 octets, no NUL, no finding of our reader.
func faults(of message: Message) -> [String] {
    var faults: [String] = []
    var previous: UInt8 = 0
    var column = 0
    var longest = 0
    for byte in message.bytes {
        if (previous == 0x0D) != (byte == 0x0A) { faults.append("bare line end") }
        if byte == 0 { faults.append("NUL") }
        column = byte == 0x0A ? 0 : column + 1
        longest = max(longest, column)
        previous = byte
    }
    if previous != 0x0A { faults.append("no line end") }
    if longest > 999 { faults.append("line of \(longest)") }
    let read = MIMEMessage(message.bytes)
    faults += read.findings.map(\.kind.name)
    let hasEightBit = message.bytes.contains { $0 >= 0x80 }
    if hasEightBit, message.needs.body == .sevenBit, !message.needs.smtpUTF8 { faults.append("says 7-bit") }
    return faults
}
