import Foundation
import InternetMessage
import SMTP
import Testing

/// What other systems said stands in a report: none of it may leave its place.
@Suite struct DeliveryStatusThreatTests {
    static let evil: [[UInt8]] = [
        bytes("x\r\n\r\nFinal-Recipient: rfc822; eve@evil.test\r\nAction: delivered"), bytes("x\r\nBcc: eve@evil.test"),
        bytes("x\nStatus: 2.0.0"), bytes("x\rStatus: 2.0.0"), [0x78, 0, 0x79], bytes("<script>alert(1)</script>"),
        bytes("\u{1B}[31mred\u{85}\u{2028}\u{202E}"), [0xFF, 0xFE, 0x80], bytes(String(repeating: "x", count: 5_000)),
        bytes(String(repeating: "ä", count: 5_000)), bytes(String(repeating: "a b ", count: 5_000)),
        bytes("\r\n.\r\nMAIL FROM:<>"),
        bytes("--=_\r\n\r\n--=_--"), [], bytes(" "), bytes(";;;"), bytes("(((((((((("),
        bytes("=?utf-8?q?=0D=0ABcc:_x?="),
    ]

    static func statuses(_ evil: [UInt8]) -> [DeliveryStatusNotification] {
        let value = ReportedValue(type: evil, value: evil)
        let typed = ReportedValue(type: bytes("utf-8"), value: evil)
        var all: [DeliveryStatusNotification] = []
        for value in [value, typed] {
            var status = notification([failed("cat@example.net"), failed()])
            status.originalEnvelopeID = evil
            status.recipients[0].originalRecipient = value
            status.recipients[0].finalRecipient = value
            status.recipients[0].remoteMTA = value
            status.recipients[0].diagnosticCode = value
            all.append(status)
        }
        all.append(
            notification([failed(said: [evil, evil]), failed(said: [[UInt8]](repeating: evil, count: 10_000))]))
        return all
    }

    @Test("I05: a report is one tree with two recipients, whatever the peer said", arguments: evil.indices)
    func tree(index: Int) throws {
        for status in Self.statuses(Self.evil[index]) {
            for extensions in [Extensions(), [.eightBitMIME, .smtpUTF8]] {
                let message = try written(status, allowing: extensions)
                #expect(faults(of: message) == [])
                let read = MIMEMessage(message.bytes)
                #expect(read.entities.count == 4)
                #expect(!text(message.bytes[..<message.bodyStart].filter { $0 < 0x80 }).contains("evil"))
                let groups = parts(of: message)[1].components(separatedBy: "\r\n\r\n")
                #expect(groups.count == 3)
                for group in groups {
                    for line in group.split(separator: "\r\n") where !line.hasPrefix(" ") {
                        #expect(!line.hasPrefix("Bcc") && !line.hasPrefix("Status: 2"))
                    }
                }
                #expect(message.bytes.count < 40_000)
                let parsed = try #require(DeliveryStatusNotification(parsing: read))
                #expect(parsed.recipients.count >= 1)
                #expect(
                    parsed.recipients.allSatisfy { $0.action == .failed && $0.status == EnhancedStatusCode(5, 1, 1) })
            }
        }
    }

    @Test("I05: nothing of a hostile original leaves its part", arguments: evil.indices)
    func original(index: Int) throws {
        let evil = Self.evil[index]
        for octets in [
            evil, bytes("Subject: ") + evil + bytes("\r\n\r\nx\r\n"),
            bytes("Message-ID: <") + evil + bytes(">\r\n\r\n"),
            bytes("References: ") + evil + bytes("\r\nMessage-ID: <a@b.test>\r\n\r\n"),
            bytes("From x\r\nA: b\r\n\r\n") + evil,
            bytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n") + evil,
        ] {
            for ret in [ReturnContent.full, .headers] {
                let message = try written(
                    notification([failed()]), about: ReportedMessage(octets: octets, isWhole: true, ret: ret))
                let read = MIMEMessage(message.bytes)
                #expect(read.entities.filter { $0.parent == 0 }.count <= 3)
                #expect(!read.isAmbiguous)
                #expect(message.fields(named: .bcc).isEmpty && message.fields(named: .to).count == 1)
                #expect(faults(of: message).filter { $0 != "missing-mime-version" } == [])
            }
        }
    }

    @Test("I07: a reply of a million lines is cut, and controls show")
    func reply() throws {
        let value = ReportedValue(replyCode: 550, lines: [[UInt8]](repeating: bytes("line"), count: 1_000_000))
        #expect(value.value.count == ReportedValue.maximumDiagnostic)
        var recipient = failed()
        recipient.diagnosticCode = ReportedValue(replyCode: 550, lines: [bytes("\u{1B}[2J<b>bold</b>\u{202E}evil\rx")])
        let parts = parts(of: try written(notification([recipient])))
        #expect(parts[0].contains("550 \\u{1B}[2J<b>bold</b>\\u{202E}evil x\r\n"))
        #expect(parts[1].contains("Diagnostic-Code: smtp; 550 ?[2J<b>bold</b>?evil?x\r\n"))
    }

    @Test("I05: thousands of recipients are bounded in words, and none is lost in the fields")
    func many() throws {
        let message = try written(notification((0..<300).map { failed("r\($0)@example.net") }))
        #expect(faults(of: message) == [])
        let parts = parts(of: message)
        #expect(parts[0].contains("and to 250 more"))
        #expect(DeliveryStatusNotification(parsing: MIMEMessage(message.bytes))?.recipients.count == 300)
        let over = try written(notification([RecipientDeliveryStatus](repeating: failed(), count: 1_001)))
        #expect(DeliveryStatusNotification(parsing: MIMEMessage(over.bytes))?.recipients.count == 1_000)
    }

    @Test(
        "I05: Python's email package sees the same tree", .enabled(if: PythonReader.isThere, "python3 is not installed")
    )
    func python() throws {
        let messages = try Self.evil.flatMap { evil in
            try Self.statuses(evil).flatMap { status in
                [try written(status).bytes, try written(status, allowing: [.eightBitMIME, .smtpUTF8]).bytes]
            }
        }
        let found = try PythonReader.read(messages)
        #expect(found.count == messages.count)
        for message in found {
            #expect(message.entity.type == "multipart/report")
            #expect(message.entity.parts.count == 3)
            // the fields of the message and of two recipients
            if let status = message.entity.parts.dropFirst().first, status.type == "message/delivery-status" {
                #expect(status.parts.count == 3)
            }
            #expect(message.entity.all.allSatisfy { $0.defects == [] })
            #expect(!message.headers.contains("bcc"))
        }
    }
}
