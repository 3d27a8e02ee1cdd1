#if OpenPGP
    import Foundation
    import InternetMessage
    import SMTP
    import SamotopCore
    import SamotopEncryption
    import SamotopTesting
    import Testing

    @Suite("Keys in users' mail") struct KeyLearningTests {
        let gnupg: GnuPG
        let folder: KeyFolder
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        static let threads = StorageThreads(count: 2)
        let bob = "our.test/bob"

        init() throws {
            gnupg = try GnuPG()
            folder = KeyFolder(gnupg.home + "/keys", engine: try RNPEngine())
        }

        private static func isKeys(_ mailbox: Mailbox) -> Bool { mailbox.bytes.elementsEqual("keys@our.test".utf8) }

        private func learning(_ sources: Set<KeyLearning.Source> = Set(KeyLearning.Source.allCases)) -> KeyLearning {
            KeyLearning(
                folder, from: sources,
                account: { $0 == "bob@our.test" ? KeyLearning.Account(mailbox: bob, address: $0) : nil },
                isOwn: { mailbox, name in
                    [name, "sales@our.test"].contains(String(decoding: mailbox.bytes, as: UTF8.self))
                }, isKeysAddress: Self.isKeys, threads: Self.threads)
        }

        @Test("Mail to keys@ from an account that is gone since RCPT is put off, and not taken for nothing") func gone()
            async throws
        {
            var gone = session()
            gone.submitter = Submitter(.authenticated, name: "gone@our.test")
            let text = "From: gone@our.test\r\n\r\nhello\r\n"
            guard case .postpone = try await verdict(text, to: "keys@our.test", gone, learning()) else {
                Issue.record("it was taken")
                return
            }
            #expect(try await verdict(text, gone, learning()) == .pass)
        }

        private func session(_ role: Role = .submission, _ kind: Submitter.Kind? = .authenticated) -> Session {
            var session = Session(id: "s", role: role, client: .local)
            session.submitter = kind.map { Submitter($0, name: "bob@our.test") }
            return session
        }

        private func verdict(
            _ text: String, to address: String = "ann@out.test", _ session: Session, _ learning: KeyLearning
        ) async throws -> Verdict {
            let path = ForwardPath.mailbox(try #require(Mailbox(address)))
            let recipient = Recipient(path: path, parameters: RcptParameters(), destinations: [.mailbox("x")])
            let envelope = Envelope(id: "1", reversePath: .null, parameters: MailParameters(), recipients: [recipient])
            var session = session
            let tap = learning.tap(envelope, session)
            let octets = Array(text.utf8)
            tap?.append(octets.span)
            let message = ReceivedMessage(
                envelope: envelope, trace: [], content: MemoryContent(octets), received: now)
            return try await learning.message(message, tap: tap, &session)
        }

        private func autocrypt(_ address: String, _ key: [UInt8]) -> String {
            let text = String(decoding: Base64Text.encode(key), as: UTF8.self)
            return "Autocrypt: addr=\(address); prefer-encrypt=mutual; keydata=\(text)\r\n"
        }

        private func binary(_ address: String) throws -> [UInt8] {
            _ = try gnupg.makeKey("<\(address)>")
            return try gnupg.gpg(["--export-options", "export-minimal", "--export", address])
        }

        private func count() throws -> Int { try folder.recipient(of: bob)?.keys.count ?? 0 }

        @Test("P07: Autocrypt: the author's own key, from an authenticated submission and nowhere else") func field()
            async throws
        {
            let field = autocrypt("bob@our.test", try binary("bob@our.test"))
            let text = "From: bob@our.test\r\n\(field)\r\nhello\r\n"
            for others in [session(.mx), session(.submission, nil), session(.mx, nil), session(.submission, .local)] {
                #expect(try await verdict(text, others, learning()) == .pass)
                #expect(try count() == 0)
            }
            #expect(try await verdict(text, session(), learning([.keysAddress])) == .pass)
            #expect(try count() == 0)
            #expect(try await verdict(text, session(), learning()) == .pass)
            #expect(try count() == 1)
        }

        @Test(
            "Autocrypt: nothing is learned of another author, of two fields, or of a field for another address; mail goes on",
            arguments: [
                "From: carl@our.test\r\nA", "From: bob@our.test\r\nAA", "From: bob@our.test\r\nB",
                "From: bob@our.test, carl@our.test\r\nA", "From: sales@our.test\r\nA", "From: bob@our.test\r\nS",
                "From: bob@our.test\r\nFrom: bob@our.test\r\nA",
                "From: bob@our.test\r\nResent-From: carl@our.test\r\nA",
            ]) func notLearned(_ form: String) async throws
        {
            let key = try binary("bob@our.test")
            let secret = try gnupg.gpg(["--export-secret-keys", "bob@our.test"])
            let parts = form.split(separator: "\r\n")
            let fields = (parts.last ?? "").map { letter in
                switch letter {
                case "B": autocrypt("carl@our.test", key)
                case "S": autocrypt("bob@our.test", secret)
                default: autocrypt("bob@our.test", key)
                }
            }
            let text = parts.dropLast().joined(separator: "\r\n") + "\r\n" + fields.joined() + "\r\nhello\r\n"
            #expect(try await verdict(text, session(), learning()) == .pass)
            #expect(try count() == 0 && folder.mailboxes().isEmpty)
        }

        @Test("A key to keys@: attached or in the text; a later one waits for the owner's word") func address()
            async throws
        {
            let armored = String(decoding: try gnupg.makeKey("<bob@our.test>"), as: UTF8.self)
            let text = "From: bob@our.test\r\n\r\nHere it is:\r\n\r\n\(armored)\r\nBob\r\n"
            #expect(try await verdict(text, to: "keys@our.test", session(), learning()) == .pass)
            #expect(try count() == 1)
            let other = try GnuPG()
            _ = try other.makeKey("<bob@our.test>")
            let octets = Base64Text.encode(try other.gpg(["--export", "bob@our.test"]))
            let attached = """
                From: bob@our.test\r
                MIME-Version: 1.0\r
                Content-Type: multipart/mixed; boundary=b\r
                \r
                --b\r
                \r
                my key\r
                --b\r
                Content-Type: application/pgp-keys\r
                Content-Transfer-Encoding: base64\r
                \r
                \(String(decoding: octets, as: UTF8.self))\r
                --b--\r

                """
            #expect(try await verdict(attached, to: "keys@our.test", session(), learning()) == .pass)
            #expect(try count() == 1 && folder.offered(to: bob, at: now.seconds) != nil)
        }

        @Test("P08: what keys@ can't take is refused in words; a secret key is refused and kept nowhere") func refused()
            async throws
        {
            func words(_ text: String) async throws -> ReplyWords? {
                switch try await verdict(
                    "From: bob@our.test\r\n\r\n\(text)", to: "keys@our.test", session(), learning())
                {
                case .reject(let refusal): refusal.words
                default: nil
                }
            }
            _ = try gnupg.makeKey("<bob@our.test>")
            let secret = try gnupg.gpg(["--armor", "--export-secret-keys", "bob@our.test"])
            #expect(try await words(String(decoding: secret, as: UTF8.self)) == .keySecret)
            #expect(try await words("hello\r\n") == .keyMissing)
            let other = try GnuPG().makeKey("<carl@our.test>")
            #expect(try await words(String(decoding: other, as: UTF8.self)) == .keyUnusable)
            #expect(try await words(String(repeating: "x\r\n", count: 400_000)) == .keyMissing)
            #expect(try folder.mailboxes().isEmpty)
            #expect(!FileManager.default.fileExists(atPath: gnupg.home + "/keys"))
        }

        @Test("keys@ exists for those who signed in alone, and its mail is delivered to nobody") func agent()
            async throws
        {
            let mailboxes = MemoryMailboxes(["ann@our.test": ["ann"]])
            let agent = KeysAddress(around: mailboxes, isKeysAddress: Self.isKeys)
            let paths = try ["keys@our.test", "ann@our.test"].map {
                ForwardPath.mailbox(try #require(Mailbox($0)))
            }
            var recipients: [Recipient] = []
            for path in paths {
                guard case .destinations(let places) = try await agent.resolve(path) else { continue }
                recipients.append(Recipient(path: path, parameters: RcptParameters(), destinations: places))
            }
            #expect(recipients.count == 2)
            let envelope = Envelope(id: "1", reversePath: .null, parameters: MailParameters(), recipients: recipients)
            for (role, kind) in [(Role.mx, Submitter.Kind?.none), (.mx, .local), (.lmtp, .none)] {
                var session = session(role, kind)
                let answers = try await [
                    learning().recipient(recipients[0], envelope, &session),
                    learning().recipient(recipients[1], envelope, &session),
                ]
                guard case .reject(let refusal) = answers[0] else {
                    Issue.record("\(role)")
                    continue
                }
                #expect(refusal.words == .unknownMailbox && answers[1] == .pass)
            }
            var known = session()
            #expect(try await learning().recipient(recipients[0], envelope, &known) == .pass)
            let message = ReceivedMessage(
                envelope: envelope, trace: [], content: MemoryContent(Array("x".utf8)), received: now)
            try await agent.deliver(message, to: recipients)
            #expect(mailboxes.delivered.count == 1)
            try await agent.deliver(message, to: [recipients[0]])
            #expect(mailboxes.delivered.count == 1)
        }
    }
#endif
