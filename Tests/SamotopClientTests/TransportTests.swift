import NIOCore
import SMTP
import Testing

@testable import SamotopClient

@Suite("Other ways for messages to leave") struct TransportTests {
    private static let content = "Subject: x\r\n\r\n.\r\nFrom here\r\n"

    @Test("an envelope as JSON and back, with all its parameters")
    func envelope() throws {
        var original = transaction("b@x.test", "\"a b\"@é.test")
        original.parameters.body = .eightBitMIME
        original.parameters.smtpUTF8 = true
        original.parameters.ret = .full
        original.parameters.envelopeID = Array("x y".utf8)
        original.recipients[1].parameters.notify = [.failure, .delay]
        original.recipients[0].parameters.originalRecipient = OriginalRecipient(
            addressType: Array("rfc822".utf8), address: Array("o@x.test".utf8))
        let json = try StoredEnvelope(original).json()
        #expect(StoredEnvelope(json: json)?.transaction == original)
        let null = MailTransaction(from: .null, to: [.init(.postmaster)])
        #expect(StoredEnvelope(json: try StoredEnvelope(null).json())?.transaction == null)
        for text in [
            "", "{}", "[]", #"{"mail":"MAIL FROM:<>","recipients":[]}"#,
            #"{"mail":"RCPT TO:<a@b>","recipients":["RCPT TO:<a@b>"]}"#,
            #"{"mail":"MAIL FROM:<>","recipients":["DATA"]}"#,
            #"{"mail":"MAIL FROM:<>\r\nDATA","recipients":["RCPT TO:<a@b>"]}"#,
        ] {
            #expect(StoredEnvelope(json: Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test("files: content and envelope as they were, for the owner only, and nothing else")
    func files() async throws {
        let directory = try TemporaryDirectory()
        let transport = FileTransport(directory: directory.path)
        let original = transaction("b@x.test")
        let (name, result) = try await transport.write(original, MessageContent(Self.content))
        #expect(result.isAcceptedForAll)
        #expect(try directory.read(name + ".eml") == Self.content)
        let read = try transport.read(name)
        #expect(read.transaction == original)
        #expect(read.content == Array(Self.content.utf8))
        for odd in ["", "../x", "nothing", "a/b"] {
            #expect(throws: SMTPClientError.self) { try transport.read(odd) }
        }
        let missing = FileTransport(directory: directory.path + "/missing")
        let error = await failure { () throws(SMTPClientError) in
            try await missing.send(original, MessageContent(Self.content))
        }
        #expect(error?.kind == .transient)
        #expect(!"\(try #require(error))".contains(directory.path))
        let broken = MessageContent(size: 1) { SliceReader(slices: [[1, 2]]) }
        #expect(await failure { () throws(SMTPClientError) in try await transport.send(original, broken) } != nil)
    }

    @Test("a stub keeps what it is given and answers as it is told")
    func stub() async throws {
        let stub = StubTransport()
        _ = try await stub.send(transaction("b@x.test"), MessageContent(size: nil) { SliceReader(slices: [[1], [2]]) })
        #expect(stub.messages.map(\.content) == [[1, 2]])
        let refusing = StubTransport { transaction throws(SMTPClientError) in
            SendResult(recipients: [.init(stage: .rcpt, reply: ServerReply(code: 550))], notifiesItself: false)
        }
        let error = await failure { () throws(SMTPClientError) in
            try await refusing.send(transaction("b@x.test"), MessageContent("x\r\n"))
        }
        #expect(error?.kind == .permanent)
        #expect(refusing.messages.isEmpty)
    }

    /// A program that writes its arguments and its input into the folder, and ends with a status.
    private static func sendmail(_ directory: TemporaryDirectory, status: Int = 0, before: String = "") throws -> String
    {
        try directory.write(
            """
            #!/bin/sh
            \(before)
            printf '%s\\n' "$@" > '\(directory.path)/arguments'
            cat > '\(directory.path)/input'
            exit \(status)
            """, to: "sendmail", mode: 0o700)
    }

    @Test("sendmail: no shell between, no recipient is an option, LF for line ends")
    func sendmail() async throws {
        let directory = try TemporaryDirectory()
        let transport = SendmailTransport(program: try Self.sendmail(directory))
        let odd = transaction(
            "-oQ/tmp@x.test", "\"$(touch${IFS}x)\"@x.test", "\"a;b `id`\"@x.test", from: "-C@our.test")
        #expect(try await transport.send(odd, MessageContent(Self.content)).isAcceptedForAll)
        #expect(
            try directory.read("arguments")
                == "-i\n-f\n-C@our.test\n--\n-oQ/tmp@x.test\n\"$(touch${IFS}x)\"@x.test\n\"a;b `id`\"@x.test\n")
        #expect(try directory.read("input") == "Subject: x\n\n.\nFrom here\n")
        let null = MailTransaction(from: .null, to: [.init(.postmaster)])
        _ = try await transport.send(null, MessageContent(Self.content))
        #expect(try directory.read("arguments") == "-i\n-f\n<>\n--\npostmaster\n")
    }

    @Test("sendmail: the exit status, a program that doesn't exist, doesn't read, or doesn't end")
    func sendmailFails() async throws {
        let directory = try TemporaryDirectory()
        for (status, kind) in [
            (75, SMTPClientError.Kind.transient), (67, .permanent), (64, .permanent), (1, .transient),
        ] {
            let transport = SendmailTransport(program: try Self.sendmail(directory, status: status))
            let error = await failure { () throws(SMTPClientError) in
                try await transport.send(transaction("b@x.test"), MessageContent(Self.content))
            }
            #expect(error?.kind == kind, "\(status)")
        }
        let missing = SendmailTransport(program: directory.path + "/nothing")
        let error = await failure { () throws(SMTPClientError) in
            try await missing.send(transaction("b@x.test"), MessageContent(Self.content))
        }
        #expect(error?.kind == .transient)
        #expect(error?.isSafeToRetry == true)
        let large = MessageContent([UInt8](repeating: 0x61, count: 4 << 20))
        let deaf = SendmailTransport(program: try Self.sendmail(directory, before: "exit 0"))
        #expect(
            await failure { () throws(SMTPClientError) in try await deaf.send(transaction("b@x.test"), large) } != nil,
            "0 without having read the message is no yes")
        let endless = SendmailTransport(
            program: try Self.sendmail(directory, before: "exec sleep 1000"), timeout: .milliseconds(50))
        let late = await failure { () throws(SMTPClientError) in
            try await endless.send(transaction("b@x.test"), MessageContent(Self.content))
        }
        #expect(late?.kind == .transient)
        #expect(late?.isSafeToRetry == false)
    }
}
