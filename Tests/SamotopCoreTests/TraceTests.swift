import InternetMessage
import SMTP
import SamotopCore
import SamotopTesting
import Testing

/// Return-Path and Received, as the session makes them (RFC 5321 §4.4).
@Suite struct TraceTests {
    private let box = mailboxes()

    private var trace: String { String(decoding: box.delivered.last?.trace ?? [], as: UTF8.self) }
    /// The trace with its folds undone.
    private var unfolded: String { trace.split(separator: "\r\n ").joined(separator: " ") }

    /// RFC 3848, RFC 6531 §4.3, RFC 2033.
    @Test(arguments: [
        ("HELO", false, false, "SMTP"), ("EHLO", false, false, "ESMTP"), ("EHLO", true, false, "ESMTPS"),
        ("EHLO", false, true, "UTF8SMTP"), ("EHLO", true, true, "UTF8SMTPS"), ("HELO", true, false, "SMTP"),
        ("LHLO", false, false, "LMTP"), ("LHLO", true, false, "LMTPS"), ("LHLO", true, true, "UTF8LMTPS"),
    ]) func withKeyword(_ verb: String, _ isSecure: Bool, _ isInternational: Bool, _ keyword: String) throws {
        let session = TurnedSession(
            try .test(box), role: verb == "LHLO" ? .lmtp : .mx, encryption: isSecure ? .active : .unavailable)
        session.say("\(verb) c.test")
        session.say("MAIL FROM:<a@out.test>\(isInternational ? " SMTPUTF8" : "")", "RCPT TO:<u@our.test>")
        session.say("DATA")
        #expect(codes(session.say("x\r\n.")) == ["250 2.0.0"])
        #expect(unfolded.contains(" with \(keyword) id "))
        #expect(unfolded.contains("TLS_AES_128_GCM_SHA256") == isSecure)
    }

    @Test func startTLSCounts() throws {
        let session = TurnedSession(try .test(box), encryption: .offered)
        session.greet("before.test")
        session.say("STARTTLS")
        session.secure()
        session.greet("after.test")
        session.deliver()
        #expect(unfolded.contains("from after.test ") && unfolded.contains(" with ESMTPS "))
    }

    /// RFC 5321 §7.2: nobody learns of other recipients.
    @Test(arguments: [
        (["u@our.test"], true), (["u@our.test", "v@our.test"], false), (["Postmaster", "u@our.test"], false),
        (["u@our.test", "Postmaster"], false), (["Postmaster"], false),
    ]) func forOnlyOneRecipient(_ recipients: [String], _ isNamed: Bool) throws {
        let session = TurnedSession(try .test(box))
        session.greet()
        #expect(codes(session.deliver(to: recipients)) == ["250 2.0.0"])
        #expect(unfolded.contains(" for <u@our.test>") == isNamed)
        #expect(box.delivered.count == recipients.count)
        #expect(Set(box.delivered.map(\.trace)).count == 1)
    }

    /// A recipient that was refused is none.
    @Test func refusedRecipientsDoNotCount() throws {
        let session = TurnedSession(try .test(box))
        session.greet()
        session.deliver(to: ["no@our.test", "u@our.test"])
        #expect(unfolded.contains(" for <u@our.test>"))
    }

    @Test func allIsTold() throws {
        let session = TurnedSession(try .test(box))
        session.greet()
        session.deliver(from: "<a@out.test>")
        #expect(
            trace.hasPrefix(
                "Return-Path: <a@out.test>\r\nReceived: from c.test (unknown [192.0.2.7])\r\n by mx.our.test with ESMTP id "
            ))
        #expect(trace.hasSuffix("\r\n") && unfolded.contains("; Tue, 14 Nov 2023 22:13:20 +0000"))
        #expect(box.delivered.last.map { unfolded.contains(" id \($0.id) ") } == true)
        session.deliver(from: "<>")
        #expect(trace.hasPrefix("Return-Path: <>\r\n"))
    }

    @Test func nothingIsTold() throws {
        let session = TurnedSession(try .test(box, tracePrivacy: .full))
        session.greet("secret.test")
        session.deliver()
        for secret in ["secret.test", "192.0.2", "u@our", "13:20"] { #expect(!trace.contains(secret)) }
        #expect(
            unfolded.contains("Received: from unknown by mx.our.test with ESMTP id ")
                && unfolded.contains("22:00:00 +0000"))
    }

    @Test("P04: with the client left out, results don't tell its address or greeting either, and of the time the day")
    func theDayIsTold() throws {
        let privacy = TracePrivacy(omitsClient: true, time: .day, omitsRecipient: true)
        let session = TurnedSession(try .test(box, tracePrivacy: privacy, Witness()))
        session.greet("secret.test")
        session.deliver(from: "<a@out.test>")
        for secret in ["secret", "192.0.2", "u@our", "13:20"] { #expect(!trace.contains(secret), "\(trace)") }
        #expect(unfolded.contains("; Tue, 14 Nov 2023 00:00:00 +0000"))
        #expect(unfolded.contains("spf=pass smtp.mailfrom=out.test") && !unfolded.contains("iprev"))
    }

    /// Says of a client what the stock guards say.
    private struct Witness: MailGuard {
        let name = "witness"

        func sender(_ envelope: Envelope, _ session: inout Session) async throws -> Verdict {
            session.evidence = [
                AuthenticationResult(
                    method: .iprev, result: .pass, properties: [.init(.policy, .iprev, Array("192.0.2.7".utf8))]),
                AuthenticationResult(
                    method: .spf, result: .pass, reason: Array("192.0.2.7 is allowed".utf8),
                    properties: [
                        .init(.smtp, .mailfrom, Array("out.test".utf8)), .init(.smtp, .helo, Array("secret.test".utf8)),
                    ]),
            ]
            return .pass
        }
    }

    @Test(arguments: [
        (ClientAddress.local, "from c.test\r\n"), (.ipv4([192, 0, 2]), "from c.test\r\n"),
        (.ipv6([0x20, 1, 0xD, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]), "[IPv6:2001:db8::1]"),
    ]) func anyKindOfClient(_ client: ClientAddress, _ expected: String) throws {
        let session = TurnedSession(try .test(box), client: client)
        session.greet()
        session.deliver()
        #expect(trace.contains(expected), "\(trace)")
    }
}
