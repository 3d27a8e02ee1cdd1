import Foundation
import InternetMessage
import SMTP
import Testing

@Suite struct DeliveryStatusReadingTests {
    static func read(_ text: String) -> DeliveryStatusNotification? {
        DeliveryStatusNotification(parsing: MIMEMessage(bytes(text.replacing("\n", with: "\r\n"))))
    }

    static func report(_ status: String, type: String = "message/delivery-status") -> String {
        """
        Content-Type: multipart/report; report-type=delivery-status; boundary=b
        MIME-Version: 1.0

        --b

        words
        --b
        Content-Type: \(type)

        \(status)
        --b
        Content-Type: text/rfc822-headers

        Message-ID: <orig@example.org>

        --b--
        """
    }

    @Test("what is written is read back", arguments: [UInt64(71), 72])
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let recipients = (0..<Int.random(in: 1...4, using: &generator)).map { index in
                let action = DeliveryAction.allCases.randomElement(using: &generator) ?? .failed
                var recipient = failed(
                    ["b\(index)@example.net", "bø\(index)@bücher.test", "\"a  b\"@x.test"].randomElement(
                        using: &generator) ?? "")
                recipient.action = action
                recipient.status = EnhancedStatusCode(
                    [2, 4, 5].randomElement(using: &generator) ?? 5, .random(in: 0...999, using: &generator),
                    .random(in: 0...999, using: &generator))
                if Bool.random(using: &generator) {
                    recipient.originalRecipient = ReportedValue(mailbox("o@example.com"))
                }
                if Bool.random(using: &generator) { recipient.remoteMTA = nil }
                if Bool.random(using: &generator) { recipient.lastAttempt = noon }
                if action == .delayed { recipient.willRetryUntil = InternetDate(secondsSince1970: 1_800_000_000) }
                return recipient
            }
            var status = notification(recipients)
            if Bool.random(using: &generator) { status.originalEnvelopeID = bytes("id+1=x") }
            for extensions in [Extensions(), [.smtpUTF8, .eightBitMIME]] {
                var read = try #require(
                    DeliveryStatusNotification(parsing: MIMEMessage(try written(status, allowing: extensions).bytes)))
                #expect(text(read.originalMessageID?.bytes) == "orig@example.org")
                #expect(read.recipients == status.recipients)
                #expect(read.reportingMTA == status.reportingMTA && read.arrivalDate == status.arrivalDate)
                #expect(read.originalEnvelopeID == status.originalEnvelopeID)
                read.recipients = []
            }
        }
    }

    @Test("reports of other systems, as Ruby's mail library keeps them")
    func suite() throws {
        let folder = Bundle.module.bundleURL.appending(path: "Resources/mime-rubymail/multipart_report_emails")
        let expected: [String: [String]] = [
            "report_422.eml": ["delayed 4.2.2"], "report_530.eml": ["failed 5.3.0"],
            "multipart_report_multiple_status.eml": ["failed 5.3.0"],
        ]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            let octets = Array(try Data(contentsOf: folder.appending(path: file)))
            let read = DeliveryStatusNotification(parsing: MIMEMessage(octets))
            let found = try #require(read, "\(file)")
            if let expected = expected[file] {
                #expect(found.recipients.map { "\($0.action) \($0.status)" } == expected)
            }
        }
    }

    @Test("lenient: what is missing is filled in or left out")
    func lenient() throws {
        let full = try #require(
            Self.read(
                Self.report(
                    "Reporting-MTA: dns; a.test\n\nFinal-Recipient: rfc822; b@c.test\nAction: failed\nStatus: 5.1.1 (x)\n"
                )))
        #expect(full.recipients[0].status == EnhancedStatusCode(5, 1, 1))
        #expect(text(full.originalMessageID?.bytes) == "orig@example.org")
        #expect(full.recipients[0].finalRecipient.mailbox == mailbox("b@c.test"))
        let joined = try #require(
            Self.read(Self.report("Reporting-MTA: dns; a.test\nFinal-Recipient: b@c.test\nStatus: 4.2.2\n")))
        #expect(text(joined.reportingMTA.value) == "a.test")
        #expect(
            joined.recipients[0].action == .delayed
                && joined.recipients[0].finalRecipient.mailbox == mailbox("b@c.test"))
        let bare = try #require(Self.read(Self.report("Final-Recipient: rfc822;b@c.test\nAction: Failed (for good)\n")))
        #expect(bare.recipients[0].status == EnhancedStatusCode(5, 0, 0) && bare.reportingMTA.value.isEmpty)
        for wrong in [
            "", "Reporting-MTA: dns; a.test", "Final-Recipient: rfc822; b@c.test",
            "Final-Recipient: rfc822;\nAction: failed",
            "Action: failed\nStatus: 5.0.0", "Final-Recipient: rfc822; b@c.test\nStatus: 3.0.0",
            "Final-Recipient: rfc822; b@c.test\nStatus: 5.0", "Final-Recipient: rfc822; b@c.test\nStatus: 5.0.9999",
            "Final-Recipient: rfc822; b@c.test\nAction: lost",
        ] {
            #expect(Self.read(Self.report(wrong)) == nil, "\(wrong)")
        }
        #expect(Self.read("Subject: x\n\nhello") == nil)
        #expect(Self.read(Self.report("Final-Recipient: rfc822; b@c.test\nAction: failed", type: "text/plain")) == nil)
    }

    @Test("C05: a report in a message that is attached is not a report of this message")
    func attached() {
        let inner = Self.report("Final-Recipient: rfc822; b@c.test\nAction: failed")
        #expect(Self.read(inner) != nil)
        #expect(
            Self.read(
                "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: message/rfc822\n\n\(inner)\n--c--\n"
            ) == nil)
    }

    @Test("I05: bounded, and no octets trap")
    func hostile() throws {
        let recipient = "Final-Recipient: rfc822; b@c.test\nAction: failed\n\n"
        let many = try #require(
            Self.read(Self.report("Reporting-MTA: dns; a\n\n" + String(repeating: recipient, count: 5_000))))
        #expect(many.recipients.count == DeliveryStatusNotification.maximumRecipients)
        let long = try #require(
            Self.read(
                Self.report(
                    "Final-Recipient: rfc822; b@c.test\nAction: failed\nDiagnostic-Code: smtp; \(String(repeating: "x", count: 50_000))"
                )))
        #expect(long.recipients[0].diagnosticCode?.value.count ?? 0 <= ReportedValue.maximumDiagnostic)
        let controls = try #require(Self.read(Self.report("Final-Recipient: rfc822; b\u{1B}\0@c.test\nAction: failed")))
        #expect(text(controls.recipients[0].finalRecipient.value) == "b??@c.test")
        var generator = SeededGenerator(seed: 73)
        let pieces = [
            "Final-Recipient:", "rfc822;", "utf-8;", " b@c.test", "\n", "\n\n", "Action:", "failed", "Status:", "5.1.1",
            "\\x{", "F8}", "\\x{110000}",
            ":", ";", "\0", "ä", " ", "Reporting-MTA:", "Arrival-Date:", "Message-ID: <", "}", "99999999999.9.9",
        ]
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...30, using: &generator)
            _ = Self.read(Self.report((0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()))
        }
    }
}
