import Testing

@testable import SMTP

/// However the octets of a session are cut, the replies and the messages are the same.
///
/// Only streams that wait where RFC 2920 has them wait, or that the machine doesn't ask to wait (`note`): whether a client
/// waited is a matter of time.
@Suite struct SplitTests {
    static let sessions: [String: String] = [
        "pipelined": """
        EHLO c.test|MAIL FROM:<a@out.test> SIZE=100|RCPT TO:<u@our.test>|RCPT TO:<no@our.test>|DATA|Subject: x||..dot|.|
        MAIL FROM:<b@out.test>|RCPT TO:<u@our.test>|DATA|.|QUIT|
        """,
        "chunks": """
        EHLO c.test|MAIL FROM:<a@out.test>|RCPT TO:<u@our.test>|BDAT 9|1234567|BDAT 8 LAST|.||.|RSET|MAIL FROM:<>|\
        RCPT TO:<u@our.test>|BDAT 6|QUIT|BDAT 0 LAST|NOOP|QUIT|
        """,
        "errors": """
        RCPT TO:<u@our.test>|EHLO|HELO c.test|FOO|MAIL FROM:<a@out.test> X=1|MAIL FROM:<a@out.test>|DATA|RCPT TO:<no@our.test>|\
        BDAT 10|12345678|RCPT TO:<u@our.test>|DATA|a%b|.|RSET|NOOP|
        """,
        "smuggling":
            "EHLO c.test|MAIL FROM:<a@out.test>|RCPT TO:<u@our.test>|DATA|x~.~MAIL FROM:<eve@out.test>|RCPT TO:<u@our.test>|",
        "bare CR in a chunk": "EHLO c.test|MAIL FROM:<a@out.test>|RCPT TO:<u@our.test>|BDAT 3|a^bBDAT 0 LAST|NOOP|",
        "refused content": """
        EHLO c.test|MAIL FROM:<a@out.test>|RCPT TO:<u@our.test>|DATA|From x|.|MAIL FROM:<a@out.test>|RCPT TO:<u@our.test>|DATA|\
        \(String(repeating: "long", count: 300))|.|MAIL FROM:<a@out.test>|RCPT TO:<u@our.test>|DATA|\
        \(String(repeating: "0123456789012345678901234567890123456789|", count: 60)).|NOOP|
        """,
        "another protocol": "EHLO c.test|GET / HTTP/1.1|Host: x||",
    ]

    /// `|` is CRLF, `~` a bare LF, `^` a bare CR, `%` a NUL.
    static func octets(_ text: String) -> [UInt8] {
        text.utf8.flatMap { octet -> [UInt8] in
            switch octet {
            case UInt8(ascii: "|"): [0x0D, 0x0A]
            case UInt8(ascii: "~"): [0x0A]
            case UInt8(ascii: "^"): [0x0D]
            case UInt8(ascii: "%"): [0]
            case 0x0A: []
            default: [octet]
            }
        }
    }

    static func play(_ pieces: some Sequence<ArraySlice<UInt8>>) -> Driver {
        var configuration = Driver.configuration()
        configuration.illegalPipelining = .note
        configuration.maximumMessageSize = 2_000
        configuration.maximumErrors = 30
        let driver = Driver(configuration) {
            if case .recipient(.mailbox(let mailbox), _) = $0, mailbox.localPart.content == Array("no".utf8) {
                .reply(ReplyWords.unknownMailbox.rejecting)
            } else {
                .proceed
            }
        }
        driver.run()
        for piece in pieces { driver.send(Array(piece)) }
        return driver
    }

    @Test(arguments: sessions.keys.sorted()) func anySplitIsTheSame(_ name: String) {
        let stream = Self.octets(Self.sessions[name] ?? "")
        let whole = Self.play([stream[...]])
        #expect(flaw(inReplies: whole.output) == nil)
        var splits = Array(stream.splits.dropFirst())
        var random = CommandGenerator.Random(state: 0x2920)
        for _ in 0..<60 { splits += MailDataScannerTests.someSplits(stream, &random).suffix(3) }
        for pieces in splits {
            let driver = Self.play(pieces)
            guard driver.output == whole.output, driver.messages == whole.messages, driver.state == whole.state else {
                Issue.record("\(pieces.map(\.count)): \(driver.output.text), not \(whole.output.text)")
                return
            }
        }
    }

    /// The sessions are about something.
    @Test func theSessionsDoWhatTheySay() {
        func played(_ name: String) -> Driver { Self.play([Self.octets(Self.sessions[name] ?? "")[...]]) }
        #expect(played("pipelined").messages == [Self.octets("Subject: x||.dot|"), []])
        #expect(played("chunks").messages == [Self.octets("1234567|.||.|"), Self.octets("QUIT|")])
        #expect(played("smuggling").messages == [] && played("smuggling").isClosed)
        #expect(
            codes(played("refused content").output.text).suffix(8)
                == [
                    "250 2.1.0", "250 2.1.5", "354", "550 5.6.0", "250 2.1.0", "250 2.1.5", "354", "552 5.3.4",
                    "250 2.0.0",
                ].suffix(8))
    }
}
