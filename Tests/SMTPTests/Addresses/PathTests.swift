import SMTP
import Testing

@Suite("Reverse-path and Forward-path, RFC 5321 §4.1.2")
struct PathTests {
    @Test("the mailbox of a path; a source route is forgotten")
    func mailboxes() {
        #expect(Line.mailbox("MAIL FROM:<ann@x>") == "ann@x")
        #expect(Line.mailbox("MAIL FROM:<>") == "")
        #expect(Line.mailbox("MAIL FROM:<@a,@b.c:ann@x>") == "ann@x")
        #expect(Line.mailbox("RCPT TO:<@hosta.int,@jkl.org:userc@d.bar.org>") == "userc@d.bar.org")
        #expect((try? Line.parse("RCPT TO:<@a:ann@x>"))?.bytes == [UInt8]("RCPT TO:<ann@x>".utf8))
    }

    @Test("<Postmaster> without a domain is for RCPT alone, <> for MAIL alone")
    func special() throws {
        for line in ["RCPT TO:<Postmaster>", "rcpt to:<postmaster>", "RCPT TO:<POSTMASTER>"] {
            #expect(try Line.parse(line) == .rcpt(.postmaster, RcptParameters()))
        }
        #expect(Line.mailbox("RCPT TO:<postmaster@x>") == "postmaster@x")
        #expect(Line.error("MAIL FROM:<Postmaster>")?.kind == .reversePathSyntax)
        #expect(Line.error("RCPT TO:<>")?.kind == .forwardPathSyntax)
        #expect(Line.error("RCPT TO:<\"postmaster\">")?.kind == .forwardPathSyntax)
        #expect(Line.error("RCPT TO:<Postmasters>")?.kind == .forwardPathSyntax)
        #expect(ForwardPath.postmaster.bytes == [UInt8]("<Postmaster>".utf8))
        #expect(ReversePath.null.bytes == [UInt8]("<>".utf8))
    }

    @Test(
        "no route",
        arguments: [
            "@a", "@a:", "@:x@y", "@a;x@y", "@a,b:x@y", "@a @b:x@y", "@a,@:x@y", "a@b:x@y", "@a,:x@y", "@a::x@y",
            "@[1.2.3.4]:x@y",
        ])
    func routes(_ text: String) {
        #expect(Line.error("MAIL FROM:<\(text)>")?.kind == .reversePathSyntax)
    }

    // RFC 5321 appendix F and the open-relay probes. Where syntax decides, the answer is here; where it does not, the
    // mailbox that policy will see.
    static let relayForms: [(row: String, to: String, mailbox: String?)] = [
        ("R01", "<b@out.test>", "b@out.test"),
        ("R02", "<a>", nil),
        ("R08", "<b%out.test@our.test>", "b%out.test@our.test"),
        ("R09", "<b%out.test@[127.0.0.1]>", "b%out.test@[127.0.0.1]"),
        ("R10", "<\"b@out.test\">", nil),
        ("R11", "<\"b%out.test\">", nil),
        ("R12", "<b@out.test@our.test>", nil),
        ("R13", "<\"b@out.test\"@our.test>", "\"b@out.test\"@our.test"),
        ("R14", "<b@out.test@[127.0.0.1]>", nil),
        ("R15", "<\"b@out.test\"@[127.0.0.1]>", "\"b@out.test\"@[127.0.0.1]"),
        ("R16", "<@our.test:b@out.test>", "b@out.test"),
        ("R17", "<@[127.0.0.1]:b@out.test>", nil),
        ("R18", "<out.test!b>", nil),
        ("R19", "<out.test!b@our.test>", "out.test!b@our.test"),
        ("R20", "<out.test!b@[127.0.0.1]>", "out.test!b@[127.0.0.1]"),
        ("R21", "<b@x.our.test>", "b@x.our.test"),
        ("R22", "<b@out.test.>", nil),
        ("R23", "<b@[IPv6:::1]>", "b@[IPv6:::1]"),
        ("R23", "<b@127.1>", nil),
        ("R23", "<b@2130706433>", nil),
        ("R24", "<postmaster@out.test>", "postmaster@out.test"),
        ("R25", "<b@our.test@out.test>", nil),
        ("R27", "<u@our.test>,<b@out.test>", nil),
        ("R28", "<SRS0=AAAA=TT=out.test=b@our.test>", "SRS0=AAAA=TT=out.test=b@our.test"),
        ("R32", "<b@out．test>", nil),
        ("R32", "<u＠our.test>", nil),
        ("R32", "b@out.test", nil),
    ]

    @Test("relay forms R01 to R32, as far as syntax decides", arguments: relayForms)
    func relay(_ row: String, _ to: String, _ mailbox: String?) {
        #expect(Line.mailbox("RCPT TO:\(to)") == mailbox, "\(row)")
        if mailbox == nil {
            #expect(Line.error("RCPT TO:\(to)") == CommandError(.forwardPathSyntax, verb: .rcpt), "\(row)")
        }
    }

    @Test("R02 to R07: the sender's forms")
    func relaySenders() {
        #expect(Line.error("MAIL FROM:<a>")?.kind == .reversePathSyntax)
        #expect(Line.mailbox("MAIL FROM:<a@[127.0.0.1]>") == "a@[127.0.0.1]")
        #expect(Line.mailbox("MAIL FROM:<a@localhost>") == "a@localhost")
    }

    @Test("R26: NUL in a path")
    func nul() {
        #expect(Line.error("RCPT TO:<b@out.test\u{0}@our.test>") == CommandError(.invalidBytes, verb: .rcpt))
    }

    @Test("R31: AUTH= holds a mailbox, not a path")
    func authPath() {
        #expect(
            Line.error("MAIL FROM:<x@our.test> AUTH=<u@our.test>") == CommandError(.parameterSyntax, verb: .mail))
    }

    @Test("M02: a parenthesis is no empty path")
    func parenthesis() {
        #expect(Line.error("MAIL FROM:<(any@legit.test>") == CommandError(.reversePathSyntax, verb: .mail))
    }

    @Test(
        "M05: no comment or quote in a domain", arguments: ["any@legit.test(a.evil.test", "any@legit.test'@evil.test"])
    func injection(_ text: String) {
        #expect(Line.error("MAIL FROM:<\(text)>") == CommandError(.reversePathSyntax, verb: .mail))
    }

    @Test("M06: a routed path has one mailbox, the last")
    func routed() {
        #expect(Line.mailbox("MAIL FROM:<@legit.test,@any.test:'x@evil.test>") == "'x@evil.test")
    }

    @Test("I01, I02: odd local-parts are refused or kept as they are")
    func shell() {
        #expect(Line.error("RCPT TO:<;id>")?.kind == .forwardPathSyntax)
        #expect(Line.error("RCPT TO:<..@our.test>")?.kind == .forwardPathSyntax)
        #expect(Line.error("RCPT TO:<u@../x>")?.kind == .forwardPathSyntax)
        #expect(Line.error("RCPT TO:<\"a\u{0}b\"@our.test>")?.kind == .invalidBytes)
        #expect(Line.mailbox("RCPT TO:<`id`@x>") == "`id`@x")
        #expect(Line.mailbox("RCPT TO:<${run{/bin/sh}}@localhost>") == "${run{/bin/sh}}@localhost")
        #expect(Line.mailbox("RCPT TO:<\"../../root/x\"@our.test>") == "\"../../root/x\"@our.test")
    }
}
