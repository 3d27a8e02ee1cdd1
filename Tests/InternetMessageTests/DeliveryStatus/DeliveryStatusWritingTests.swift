import InternetMessage
import SMTP
import Testing

@Suite struct DeliveryStatusWritingTests {
    @Test("RFC 3464, RFC 6522: a failure, with its fields, its words and the header section")
    func failure() throws {
        var status = notification([failed()])
        status.originalEnvelopeID = bytes("QQ314159")
        status.recipients[0].originalRecipient = ReportedValue(type: bytes("rfc822"), value: bytes("bobby@example.com"))
        status.recipients[0].lastAttempt = noon
        status.recipients[0].willRetryUntil = noon
        let message = try written(status)
        #expect(faults(of: message) == [])
        #expect(field(.from, message) == "Mail Delivery System <MAILER-DAEMON@mail.example.org>")
        #expect(field(.to, message) == "ann@example.org")
        #expect(field(.subject, message) == "Your message could not be delivered")
        #expect(field(.inReplyTo, message) == "<orig@example.org>")
        #expect(field(.references, message) == "<1@example.org> <2@example.org> <orig@example.org>")
        let read = MIMEMessage(message.bytes)
        #expect(
            read.entities.map { text($0.mediaType.name) } == [
                "multipart/report", "text/plain", "message/delivery-status", "text/rfc822-headers",
            ])
        #expect(text(read.entities[0].mediaType.parameters["report-type"]?.value) == "delivery-status")
        let parts = parts(of: message)
        #expect(
            parts[1] == """
                Original-Envelope-Id: QQ314159\r
                Reporting-MTA: dns; mail.example.org\r
                Arrival-Date: Wed, 18 Nov 2026 12:00:00 +0000\r
                \r
                Original-Recipient: rfc822; bobby@example.com\r
                Final-Recipient: rfc822; bob@example.net\r
                Action: failed\r
                Status: 5.1.1\r
                Remote-MTA: dns; mx.example.net\r
                Diagnostic-Code: smtp; 550 5.1.1 No such user\r
                Last-Attempt-Date: Wed, 18 Nov 2026 12:00:00 +0000\r\n
                """)
        #expect(
            parts[0] == """
                This is the mail server mail.example.org.\r
                \r
                This is about your message with the subject: Grüße\r
                \r
                It could not be delivered to:\r
                \r
                  bobby@example.com\r
                    There is no such address.\r
                    Check it for typing errors, or ask the recipient for the right one.\r
                    The server mx.example.net answered:\r
                      550 5.1.1 No such user\r
                \r
                This report was written by a program. Nobody reads answers to it.\r\n
                """)
        #expect(parts[2].hasPrefix("Received: from a.test"))
        #expect(parts[2].hasSuffix("<2@example.org>\r\n"))
        #expect(!parts[2].contains("the body"))
    }

    @Test("every action has its subject and words; only a delay says until when")
    func actions() throws {
        for action in DeliveryAction.allCases {
            var recipient = failed()
            recipient.action = action
            recipient.willRetryUntil = noon
            let message = try written(notification([recipient]))
            #expect(faults(of: message) == [])
            let parts = parts(of: message)
            #expect(parts[1].contains("Action: \(action.rawValue)\r\n"))
            #expect(parts[1].contains("Will-Retry-Until: ") == (action == .delayed))
            #expect(parts[0].contains("It is tried again until Wed, 18 Nov 2026") == (action == .delayed))
            #expect(parts[0].contains("Check it") == (action == .failed))
            let read = try #require(DeliveryStatusNotification(parsing: MIMEMessage(message.bytes)))
            #expect(read.action == action)
        }
        var delivered = failed("cat@example.net")
        delivered.action = .delivered
        #expect(notification([delivered, failed()]).action == .failed)
        let both = try written(notification([delivered, failed()]))
        #expect(parts(of: both)[0].contains("It was delivered to:\r\n\r\n  cat@example.net\r\n"))
        #expect(field(.subject, both) == "Your message could not be delivered")
    }

    @Test("C05, C06: to one sender, from nobody, and nobody may answer")
    func form() throws {
        let message = try written(notification([failed(), failed("cat@example.net")]))
        #expect(message.envelope == MessageEnvelope(reversePath: .null, forwardPaths: [mailbox("ann@example.org")]))
        #expect(field(.autoSubmitted, message) == "auto-replied")
        #expect(message.fields(named: .to).count == 1)
        #expect(
            message.fields(named: .cc).isEmpty && message.fields(named: .bcc).isEmpty
                && message.fields(named: .replyTo).isEmpty)
    }

    @Test("C07: a report of a report has no address to go to")
    func reportOfReport() throws {
        let report = try written(notification([failed()]))
        #expect(report.envelope.reversePath.mailbox == nil)
        #expect(report.envelope.forwardPaths.count == 1)
    }

    @Test("RET: in full only when wanted, failed, small, whole and certain")
    func returned() throws {
        func types(_ message: ReportedMessage?, _ action: DeliveryAction = .failed, _ extensions: Extensions = [])
            throws -> [String]
        {
            var recipient = failed()
            recipient.action = action
            let built = try written(notification([recipient]), about: message, allowing: extensions)
            // what the original lacks it lacks
            #expect(faults(of: built).filter { $0 != "undeclared-eight-bit" } == [])
            let read = MIMEMessage(built.bytes)
            return read.entities.filter { $0.parent == 0 }.dropFirst(2).map { text($0.mediaType.name) }
        }
        #expect(try types(nil) == [])
        #expect(try types(ReportedMessage(octets: original, isWhole: true)) == ["text/rfc822-headers"])
        #expect(try types(ReportedMessage(octets: original, isWhole: true, ret: .headers)) == ["text/rfc822-headers"])
        #expect(try types(ReportedMessage(octets: original, isWhole: true, ret: .full)) == ["message/rfc822"])
        #expect(try types(ReportedMessage(octets: original, isWhole: false, ret: .full)) == ["text/rfc822-headers"])
        #expect(
            try types(ReportedMessage(octets: original, isWhole: true, ret: .full), .delivered) == [
                "text/rfc822-headers"
            ])
        let room = ReportedMessage.maximumFull - original.count
        func padded(_ count: Int) -> ReportedMessage {
            let lines = [UInt8](repeating: 0x78, count: count).enumerated().map {
                $0 % 80 == 78 ? 13 : $0 % 80 == 79 ? 10 : $1
            }
            return ReportedMessage(octets: original + lines.dropLast(2) + [13, 10], isWhole: true, ret: .full)
        }
        #expect(try types(padded(room)) == ["message/rfc822"])
        #expect(try types(padded(room + 80)) == ["text/rfc822-headers"])
        for evil in ["\nbare\r\n", "\0", String(repeating: "x", count: 999)] {
            #expect(
                try types(ReportedMessage(octets: original + bytes(evil), isWhole: true, ret: .full)) == [
                    "text/rfc822-headers"
                ])
        }
        let eight = original + bytes("ä\r\n")
        #expect(
            try types(ReportedMessage(octets: eight, isWhole: true, ret: .full), .failed, .eightBitMIME) == [
                "message/rfc822"
            ])
        #expect(try types(ReportedMessage(octets: eight, isWhole: true, ret: .full)) == ["message/rfc822"])
        #expect(try types(ReportedMessage(octets: [], isWhole: true)) == [])
    }

    @Test("I05: Bcc is not returned, and no recipient but those reported")
    func privacy() throws {
        for ret in [ReturnContent.full, .headers] {
            let message = try written(
                notification([failed()]), about: ReportedMessage(octets: original, isWhole: true, ret: ret))
            let all = text(message.bytes).lowercased()
            #expect(!all.contains("secret") && !all.contains("other@") && !all.contains("bcc"))
        }
    }

    @Test("I05: a long header section is cut between fields")
    func longHeader() throws {
        let long =
            original.prefix(60)
            + bytes(
                (0..<3_000).map { "X-Field-\($0): \(String(repeating: "y", count: 50))\r\n" }.joined() + "\r\nbody\r\n")
        let message = try written(
            notification([failed()]), about: ReportedMessage(octets: Array(long), isWhole: true, ret: .full))
        let headers = parts(of: message)[2]
        #expect(headers.utf8.count <= ReportedMessage.maximumHeader)
        #expect(headers.utf8.count > ReportedMessage.maximumHeader - 100)
        #expect(headers.hasSuffix(String(repeating: "y", count: 50) + "\r\n"))
    }

    @Test("RFC 6533: addresses beyond ASCII, encoded or as they are")
    func internationalized() throws {
        var recipient = failed("bøb+x@bücher.test")
        recipient.originalRecipient = ReportedValue(type: bytes("utf-8"), value: bytes("bøb@x.test"))
        let plain = try written(notification([recipient]))
        #expect(faults(of: plain) == [])
        #expect(parts(of: plain)[1].contains("Final-Recipient: utf-8; b\\x{F8}b\\x{2B}x@b\\x{FC}cher.test\r\n"))
        #expect(plain.needs == MessageNeeds(body: .sevenBit, smtpUTF8: false))
        let global = try written(notification([recipient]), allowing: [.smtpUTF8, .eightBitMIME])
        #expect(faults(of: global) == [])
        #expect(text(MIMEMessage(global.bytes).entities[2].mediaType.name) == "message/global-delivery-status")
        #expect(parts(of: global)[1].contains("Final-Recipient: utf-8; bøb+x@bücher.test\r\n"))
        for message in [plain, global] {
            let read = try #require(DeliveryStatusNotification(parsing: MIMEMessage(message.bytes)))
            #expect(read.recipients[0].finalRecipient.mailbox == mailbox("bøb+x@bücher.test"))
            #expect(text(read.recipients[0].originalRecipient?.value) == "bøb@x.test")
        }
        #expect(throws: MessageBuilderError.needsSMTPUTF8(.to)) {
            try written(notification([recipient]), to: "änn@example.org")
        }
        let header = bytes("Subject: Grüße\r\nMessage-ID: <ü@b.test>\r\n\r\n")
        let utf8 = try written(notification([failed()]), about: ReportedMessage(octets: header, isWhole: true))
        #expect(faults(of: utf8) == [])
        #expect(text(MIMEMessage(utf8.bytes).entities[3].mediaType.name) == "message/global-headers")
        #expect(parts(of: utf8)[2] == "Subject: Grüße\r\nMessage-ID: <ü@b.test>\r\n")
        #expect(field(.inReplyTo, utf8) == nil)
    }

    @Test("no recipient, or nobody to speak for: no report")
    func missing() {
        #expect(throws: MessageBuilderError.noRecipient) { try written(notification([])) }
        var nameless = notification([failed()])
        nameless.reportingMTA = ReportedValue(type: bytes("dns"), value: bytes("a b"))
        #expect(throws: MessageBuilderError.missingField(.from)) { try written(nameless) }
    }

    @Test("each status has a reason and an advice in whole sentences")
    func explanations() throws {
        for subject in UInt16(0)...9 {
            for detail in UInt16(0)...35 {
                var recipient = failed()
                recipient.status = EnhancedStatusCode(5, subject, detail)
                let lines = parts(of: try written(notification([recipient])))[0].split(separator: "\r\n")
                let place = try #require(lines.firstIndex(of: "  bob@example.net"))
                #expect(lines[place + 1].hasSuffix(".") && lines[place + 2].hasSuffix("."))
                #expect(lines[place + 1].count <= 100 && lines[place + 2].count <= 100)
            }
        }
    }

    @Test("descriptions tell no address")
    func descriptions() {
        let status = notification([failed()])
        let all =
            "\(status)\(status.recipients[0])\(status.recipients[0].finalRecipient)"
            + "\(ReportedMessage(octets: original, isWhole: true))"
        #expect(!all.contains("bob") && !all.contains("ann") && !all.contains("example"))
    }
}
