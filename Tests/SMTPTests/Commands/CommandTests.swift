import SMTP
import Testing

@Suite("Commands, RFC 5321 §4.1.1")
struct CommandTests {
    @Test("each command, in any case of letters")
    func commands() throws {
        let domain = try #require(Domain("client.example"))
        let literal = try #require(Domain("[192.0.2.1]"))
        let expected: [(String, Command)] = [
            ("EHLO client.example", .ehlo(domain)), ("ehlo [192.0.2.1]", .ehlo(literal)),
            ("HeLo CLIENT.example", .helo(domain)),
            ("HELO [192.0.2.1]", .helo(literal)), ("LHLO client.example", .lhlo(domain)),
            ("mail from:<>", .mail(.null, MailParameters())), ("DATA", .data), ("data", .data),
            ("BDAT 0", .bdat(size: 0, last: false)),
            ("bdat 5 last", .bdat(size: 5, last: true)), ("RSET", .rset), ("NOOP", .noop([])),
            ("noop ok", .noop([UInt8]("ok".utf8))),
            ("QUIT", .quit), ("VRFY <ann>", .vrfy([UInt8]("<ann>".utf8))), ("EXPN list", .expn([UInt8]("list".utf8))),
            ("VRFY é@x SMTPUTF8", .vrfy([UInt8]("é@x SMTPUTF8".utf8))), ("HELP", .help([])),
            ("HELP MAIL", .help([UInt8]("MAIL".utf8))),
            ("StartTLS", .startTLS), ("AUTH plain", .auth(mechanism: [UInt8]("PLAIN".utf8), initialResponse: nil)),
            ("AUTH CRAM-MD5 =", .auth(mechanism: [UInt8]("CRAM-MD5".utf8), initialResponse: [UInt8]("=".utf8))),
            ("AUTH PLAIN AGEAYg==", .auth(mechanism: [UInt8]("PLAIN".utf8), initialResponse: [UInt8]("AGEAYg==".utf8))),
        ]
        for (line, command) in expected {
            #expect(try Line.parse(line) == command, "\(line)")
            #expect(CommandVerb(of: [UInt8](line.utf8).span) == command.verb)
        }
        #expect(Set(expected.map(\.1.verb)).count == CommandVerb.allCases.count - 1)
    }

    @Test("white space before CRLF is tolerated", arguments: [" ", "\t", "  \t "])
    func trailing(_ space: String) {
        #expect((try? Line.parse("DATA" + space)) == .data)
        #expect((try? Line.parse("NOOP" + space)) == .noop([]))
        #expect(Line.mailbox("MAIL FROM:<a@b>" + space) == "a@b")
        #expect(Line.error("MAIL FROM:<a@b> SIZE=1" + space) == nil)
        #expect(Line.error("EHLO" + space) == CommandError(.syntax, verb: .ehlo))
    }

    @Test("an argument too many, too few, or of the wrong shape: 501 5.5.4")
    func syntax() {
        let lines: [(CommandVerb, [String])] = [
            (
                .ehlo,
                [
                    "EHLO", "EHLO a_b.example", "EHLO  a.example", "EHLO a.example b", "EHLO a..b", "EHLO [1.2.3]",
                    "EHLO 127.0.0.1", "EHLO a.", "EHLO -a",
                ]
            ),
            (.helo, ["HELO", "HELO a b"]), (.lhlo, ["LHLO", "LHLO a b"]), (.data, ["DATA x"]), (.rset, ["RSET x"]),
            (.quit, ["QUIT x"]),
            (.startTLS, ["STARTTLS x"]), (.vrfy, ["VRFY"]), (.expn, ["EXPN"]),
            (.bdat, ["BDAT", "BDAT 1 LAS", "BDAT 1 LAST x", "BDAT 1 LASTx", "BDAT 1  LAST"]),
            (.auth, ["AUTH", "AUTH a.b", "AUTH  PLAIN", "AUTH abcdefghijklmnopqrstu", "AUTH ="]),
            (
                .mail,
                [
                    "MAIL", "MAIL <a@b>", "MAIL FROM", "MAIL FROM: <a@b>", "MAIL FROM:  <>", "MAIL  FROM:<>",
                    "MAIL FROM :<>", "MAIL TO:<a@b>", "MAILFROM:<>",
                ].dropLast()
            ),
            (.rcpt, ["RCPT", "RCPT <a@b>", "RCPT TO: <a@b>", "RCPT FROM:<a@b>", "RCPT  TO:<a@b>"]),
        ]
        for (verb, lines) in lines {
            for line in lines {
                #expect(Line.error(line) == CommandError(.syntax, verb: verb), "\(line)")
                #expect(CommandVerb(of: [UInt8](line.utf8).span) == verb, "\(line)")
            }
        }
    }

    @Test("paths: 501 5.1.7 and 501 5.1.3")
    func paths() {
        for text in [
            "", "a@b", "<a@b", "a@b>", "<a@b>x", "<a@b>>", "<<a@b>>", "< a@b>", "<a@b >", "<a@b>;SIZE=1", "\"A\" <a@b>",
            "<a b@c>",
        ] {
            #expect(Line.error("MAIL FROM:\(text)") == CommandError(.reversePathSyntax, verb: .mail), "\(text)")
            #expect(Line.error("RCPT TO:\(text)") == CommandError(.forwardPathSyntax, verb: .rcpt), "\(text)")
        }
    }

    @Test(
        "no verb: 500 5.5.2",
        arguments: [
            "", " ", "FOO", " NOOP", "EHLOX a", "RCPTT", "DATA;", "NOOP,x", "MAILFROM <>", "TURN",
            "XCLIENT ADDR=127.0.0.1", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2", "250 ok", ".", "*",
        ])
    func unrecognized(_ line: String) {
        #expect(Line.error(line) == CommandError(.unrecognized))
        #expect(CommandVerb(of: [UInt8](line.utf8).span) == nil)
    }

    @Test(
        "S16: chunk sizes",
        arguments: [
            "18446744073709551616", "99999999999999999999", "-1", "+1", "1x", "0x10", "1.0", "LAST",
            "100000000000000000000000", "1 ,LAST",
        ])
    func chunkSize(_ size: String) {
        let error = Line.error("BDAT \(size)")
        #expect(error?.verb == .bdat)
        #expect(error?.kind == (size.contains(" ") ? .syntax : .parameterSyntax))
    }

    @Test("S16: the largest chunk size")
    func largestChunk() throws {
        #expect(try Line.parse("BDAT 18446744073709551615 LAST") == .bdat(size: .max, last: true))
        #expect(try Line.parse("BDAT 00000000000000000001") == .bdat(size: 1, last: false))
    }

    @Test("S19: odd bytes in a line: 501 5.5.2, with the verb")
    func oddBytes() {
        for octet in [UInt8](0...31) + [127] {
            #expect(Line.error([UInt8]("EHLO a".utf8) + [octet, 0x62]) == CommandError(.invalidBytes, verb: .ehlo))
            #expect(
                Line.error([UInt8]("MAIL FROM:<a".utf8) + [octet] + [UInt8]("b@x>".utf8))
                    == CommandError(.invalidBytes, verb: .mail))
            #expect(Line.error([UInt8]("NOOP".utf8) + [octet, 0x62]) == CommandError(.invalidBytes, verb: .noop))
        }
        for octet in UInt8(0x80)...0xFF {
            #expect(Line.error([UInt8]("EHLO a".utf8) + [octet]) == CommandError(.invalidBytes, verb: .ehlo))
            #expect(
                Line.error([UInt8]("RCPT TO:<a".utf8) + [octet] + [UInt8]("@x>".utf8))
                    == CommandError(.invalidBytes, verb: .rcpt))
            #expect(Line.error([octet, octet]) == CommandError(.invalidBytes))
        }
        #expect(Line.error("NOOP \u{1B}[2J") == CommandError(.invalidBytes, verb: .noop))
        #expect(Line.error("VRFY a\u{9B}2J") == CommandError(.invalidBytes, verb: .vrfy))
    }

    @Test("UTF-8 is for MAIL, RCPT, VRFY and EXPN: RFC 6531 §3.7.1")
    func utf8() {
        for line in ["EHLO bücher.example", "HELO é", "NOOP é", "HELP é", "DATA é", "AUTH é", "BDAT é"] {
            #expect(Line.error(line)?.kind == .invalidBytes, "\(line)")
        }
        #expect(Line.mailbox("MAIL FROM:<é@bücher.example> SMTPUTF8") == "é@bücher.example")
        #expect(Line.error("EXPN é") == nil)
    }

    @Test(
        "S20: other protocols",
        arguments: [
            "GET / HTTP/1.1", "POST / HTTP/1.1", "PUT /x", "HEAD /", "OPTIONS *", "CONNECT x:25 HTTP/1.1",
            "PRI * HTTP/2.0", "get /", "GET",
            "Host: our.test", "Subject: x", "User-Agent:x", "subject:", "Subject: é", "MAIL: x", "SSH-2.0-OpenSSH_9.2",
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}",
        ])
    func foreign(_ line: String) {
        #expect(Line.error(line) == CommandError(.foreignProtocol))
    }

    @Test(
        "S20: what is not another protocol",
        arguments: ["GETX /", "POSTER", ":", " Subject: x", "SSH", "a b: c", "HELPME x:y"])
    func notForeign(_ line: String) {
        #expect(Line.error(line) == CommandError(.unrecognized))
    }

    @Test("U07: AUTH takes base64 of bounded length")
    func auth() {
        for response in [
            "a", "ab", "abc", "abcde", "====", "a===", "ab=", "abc==", "abcd=", "*", "ab@%", "a b", "ab=c", "==",
        ] {
            #expect(Line.error("AUTH PLAIN \(response)") == CommandError(.invalidBytes, verb: .auth), "\(response)")
        }
        for response in ["=", "abcd", "ab==", "abc=", "abcdefg="] {
            #expect(Line.error("AUTH PLAIN \(response)") == nil, "\(response)")
        }
        let start = "AUTH PLAIN ".utf8.count
        let room = (12_288 - 2 - start) / 4 * 4
        #expect(Line.error("AUTH PLAIN " + String(repeating: "A", count: room)) == nil)
        #expect(
            Line.error("AUTH PLAIN " + String(repeating: "A", count: room + 4)) == CommandError(.tooLong, verb: .auth))
        #expect(
            Line.error("AUTH PLAIN " + String(repeating: "A", count: 1_000_000)) == CommandError(.tooLong, verb: .auth))
    }

    @Test("line lengths, RFC 5321 §4.5.3.1.4")
    func length() {
        for verb in CommandVerb.allCases {
            #expect(verb.maximumLineLength(with: []) == 512)
        }
        #expect(CommandVerb.mail.maximumLineLength(with: .size) == 538)
        #expect(CommandVerb.mail.maximumLineLength(with: .smtpUTF8) == 522)
        #expect(
            CommandVerb.mail.maximumLineLength(with: [.size, .eightBitMIME, .smtpUTF8, .requireTLS, .dsn, .auth]) == 512
                + 26 + 17 + 10 + 11 + 116 + 500)
        #expect(
            CommandVerb.rcpt.maximumLineLength(with: .all) == 512 + " NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=".utf8.count
                + 500)
        #expect(CommandVerb.auth.maximumLineLength(with: .auth) == 12_288)
        #expect(CommandVerb.noop.maximumLineLength(with: .all) == 512)
        #expect(Line.error("NOOP " + String(repeating: "a", count: 505)) == nil)
        #expect(Line.error("NOOP " + String(repeating: "a", count: 506)) == CommandError(.tooLong, verb: .noop))
        #expect(Line.error("DATA" + String(repeating: " ", count: 507)) == CommandError(.tooLong, verb: .data))
        #expect(Line.error(String(repeating: "a", count: 510)) == CommandError(.unrecognized))
        #expect(Line.error(String(repeating: "a", count: 511)) == CommandError(.tooLong))
    }

    @Test("I06: a command made of foreign values is one line, and encoded() refuses what would read differently")
    func encoding() throws {
        let evil = [UInt8]("x\r\nRCPT TO:<b@y>\u{0}".utf8)
        let commands: [Command] = [
            .noop(evil), .vrfy(evil), .expn(evil), .help(evil), .auth(mechanism: evil, initialResponse: evil),
            .vrfy([]), .noop([0x20]),
            .ehlo(.literal(.general(tag: evil, content: evil))),
            .ehlo(.literal(.general(tag: [0x78], content: [0x5D, 0x20, 0x78]))),
            .ehlo(.literal(.ipv6([1]))),
        ]
        for command in commands {
            #expect(command.bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
            #expect(throws: CommandError.self) { try command.encoded() }
        }
        #expect(try Command.noop([UInt8]("ok".utf8)).encoded() == [UInt8]("NOOP ok".utf8))
    }

    @Test("descriptions and errors show no argument")
    func description() throws {
        #expect("\(try Line.parse("AUTH PLAIN c2VjcmV0"))" == "Command(auth)")
        #expect("\(try Line.parse("VRFY secret"))" == "Command(vrfy)")
        let error = try #require(Line.error("MAIL FROM:<secret"))
        #expect(!"\(error)".contains("secret"))
    }
}
