import SamotopTesting
import Testing

@testable import SamotopSubmission

@Suite("What becomes of a submitted header") struct HeaderTests {
    static let header = """
        From: Ann <ann@our.test>\r
        Bcc: secret@our.test\r
        Date: Tue, 1 Jul 2003 10:52:37 +0200 (CEST)\r
        X-Originating-IP:\r
         [192.168.1.17]\r
        user-agent: Secret/1.0 (Windows)\r
        X-Mailer : Secret\r
        Message-ID: <kept@laptop.lan>\r
        Subject: t\r

        """

    private func send(_ house: TestHouse, _ header: String, piece: Int = .max) async throws -> String {
        let talk = try await house.connect(pieceSize: piece)
        _ = try await talk.say("AUTH PLAIN " + TestHouse.plain("ann@our.test", TestHouse.password))
        #expect(try await talk.mail("ann@our.test", ["bob@our.test"], header).last == "250 2.0.0")
        return house.delivered()
    }

    @Test(
        "P04: what tells of the author's machine is gone, the time is UTC, and Received is neutral",
        arguments: [1, 7, Int.max])
    func privacy(_ piece: Int) async throws {
        let text = try await send(TestHouse(), Self.header, piece: piece)
        for secret in ["secret", "Secret", "192.", "+0200", "CEST", "from [", "[192", "TLS_", "for <"] {
            #expect(!text.contains(secret), "\(secret)")
        }
        #expect(text.contains("\r\nDate: Tue, 1 Jul 2003 08:52:37 +0000\r\n"))
        #expect(text.contains("Message-ID: <kept@laptop.lan>\r\n"))
        let received = text.split(separator: "\r\n").first { $0.hasPrefix("Received:") } ?? ""
        #expect(received.hasPrefix("Received: by mx.our.test with ESMTPSA id "))
        #expect(text.hasSuffix("\r\n\r\nhello\r\n"))
    }

    /// What programs in wide use write of themselves.
    static let told = """
        X-Operating-System: Secret 6.1\r
        Thread-Index: AQHa5SecretTime==\r
        X-Mozilla-Draft-Info: Secret=1\r
        x-mozilla-status : Secret\r
        X-Enigmail-Version: Secret 2.2\r
        X-MS-Has-Attach: Secret\r
        X-Apple-Mail-Remote-Attachments:\r
        \tSecret\r
        X-KMail-Identity: Secret\r
        X-Mailer-Version: Secret\r
        X-Universally-Unique-Identifier: Secret\r
        Mime-Version: (a Secret (in a Secret\\)) too) 1.0\r
         (Secret OS X Mail 16.0 \\(3774.600.62\\))\r

        """

    @Test("P04: nor does it tell which program wrote it; a version of MIME stays, and so do fields of people's own")
    func program() async throws {
        let others = "X-Mozillation: kept\r\nX-Msg: kept\r\nX-Face: kept\r\n"
        let text = try await send(TestHouse(), Self.told + others + "From: ann@our.test\r\n")
        #expect(!text.contains("Secret") && !text.contains("16.0") && !text.contains("3774"))
        #expect(text.contains("\r\nMime-Version: 1.0\r\n") && text.contains(others))
        let plain = "MIME-Version: 1.0\r\nFrom: ann@our.test\r\n"
        #expect(try await send(TestHouse(), plain).contains(plain))
        let told = Self.told.replacing("status :", with: "status:")
        #expect(try await send(TestHouse(isPrivate: false), told + plain).contains(told))
    }

    @Test("With privacy off nothing is taken out, and Received says who it was")
    func told() async throws {
        let text = try await send(
            TestHouse(isPrivate: false), Self.header.replacing("X-Mailer :", with: "X-Mailer:"))
        for told in ["Secret/1.0", "+0200 (CEST)", "192.168.1.17]", "Bcc:", "[192.0.2.7]", "with ESMTPSA"] {
            #expect(text.contains(told), "\(told)")
        }
    }

    @Test("RFC 6409 §8.2, §8.3: Date and Message-ID are added where they are missing")
    func added() async throws {
        let text = try await send(TestHouse(), "From: ann@our.test\r\nSubject: t\r\n")
        let fields = text.split(separator: "\r\n").filter { $0.hasPrefix("Date:") || $0.hasPrefix("Message-ID:") }
        #expect(fields.count == 2)
        #expect(fields.first?.hasSuffix(" +0000") == true)
        #expect(fields.last?.hasSuffix("@our.test>") == true)
        #expect(text.contains("From: ann@our.test\r\nSubject: t\r\nDate: ") && text.hasSuffix("\r\n\r\nhello\r\n"))
    }

    @Test("A message without a body, in one chunk, is put right as well")
    func chunks() async throws {
        let house = try TestHouse()
        let other = try await house.signedIn()
        _ = try await other.say("MAIL FROM:<ann@our.test>")
        _ = try await other.say("RCPT TO:<bob@our.test>")
        let header = "From: ann@our.test\r\n"
        try await other.connection.send(Array("BDAT \(header.utf8.count) LAST\r\n\(header)".utf8))
        #expect(house.delivered().contains("Date: ") && house.delivered().contains(header))
    }

    @Test("A header over the limit is refused, not kept")
    func tooLarge() async throws {
        let house = try TestHouse()
        let talk = try await house.signedIn()
        let line = "X: \(String(repeating: "y", count: 900))\r\n"
        let header = "From: ann@our.test\r\n" + String(repeating: line, count: 400)
        #expect(try await talk.mail("ann@our.test", ["bob@our.test"], header).last == "552 5.3.4")
        #expect(house.mailboxes.delivered.isEmpty)
    }
}
