#if OpenPGP
    import Foundation
    import SMTP
    import SamotopCore
    import SamotopEncryption
    import SamotopJournal
    import SamotopTesting
    import Synchronization
    import Testing

    /// Mailboxes that take parts, or none of them.
    struct Parts: PartsDeliveryAgent {
        let mailboxes: MemoryMailboxes

        func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { try await mailboxes.resolve(path) }
        func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
            try await mailboxes.deliver(message, to: recipients)
        }
        func deliver(parts: [ReceivedMessage]) async throws {
            for part in parts { try await mailboxes.deliver(part, to: part.envelope.recipients) }
        }
    }

    @Suite("Sealing") struct SealingTests {
        let gnupg: GnuPG
        let folder: KeyFolder
        let path: String
        let mailboxes = MemoryMailboxes([
            "ann@example.org": ["example.org/ann"], "bob@example.org": ["example.org/bob"],
            "both@example.org": ["example.org/ann", "example.org/bob"], "cat@example.org": ["example.org/cat"],
        ])
        let clock = ManualClock(seconds: Int64(Date().timeIntervalSince1970))
        let warnings = Warnings()
        static let threads = StorageThreads(count: 2)

        final class Warnings: Sendable {
            let all = Mutex<[String]>([])
        }

        init() throws {
            gnupg = try GnuPG()
            path = gnupg.home + "/keys"
            folder = KeyFolder(path, engine: try RNPEngine())
            let bob = try gnupg.makeKey("Bob <bob@example.org>")
            _ = try folder.add(bob, to: "example.org/bob", for: nil, at: clock.now().seconds)
            let cat = try gnupg.makeKey("Cat <cat@example.org>", expires: "3d")
            _ = try folder.add(cat, to: "example.org/cat", for: nil, at: clock.now().seconds)
        }

        func sealing(requiresKey: Bool = false) -> Sealing<Parts> {
            var settings = SealingSettings()
            settings.requiresKey = requiresKey
            return Sealing(
                Parts(mailboxes: mailboxes), keys: folder, settings: settings, in: gnupg.home, threads: Self.threads,
                clock: clock,
                warn: { [warnings] words in warnings.all.withLock { $0.append(words) } })
        }

        func recipients(_ addresses: [String]) async throws -> [Recipient] {
            var found: [Recipient] = []
            for address in addresses {
                let path = ForwardPath.mailbox(try #require(Mailbox(address)))
                guard case .destinations(let places) = try await mailboxes.resolve(path) else { continue }
                found.append(Recipient(path: path, parameters: RcptParameters(), destinations: places))
            }
            return found
        }

        let content = Array("From: a@client.example\r\nSubject: CANARY\r\n\r\nCANARY\r\n".utf8)

        func message(_ recipients: [Recipient]) -> ReceivedMessage {
            ReceivedMessage(
                envelope: Envelope(
                    id: "01", reversePath: .null, parameters: MailParameters(), recipients: recipients),
                trace: Array("Return-Path: <>\r\n".utf8), content: MemoryContent(content), received: clock.now())
        }

        func deliver(_ addresses: String..., by agent: Sealing<Parts>? = nil) async throws {
            let recipients = try await recipients(addresses)
            try await (agent ?? sealing()).deliver(message(recipients), to: recipients)
        }

        func isSealed(_ copy: MemoryMailboxes.Delivered) -> Bool {
            String(decoding: copy.content, as: UTF8.self).contains("-----BEGIN PGP MESSAGE-----")
                && !String(decoding: copy.content, as: UTF8.self).contains("CANARY")
        }

        @Test("One message to several: who has a key gets a copy of their own, others plain text") func parts()
            async throws
        {
            try await deliver("ann@example.org", "bob@example.org", "both@example.org", "cat@example.org")
            let copies = mailboxes.delivered
            #expect(copies.count == 3)
            #expect(copies.filter { $0.mailbox == "example.org/ann" }.map(\.content) == [content])
            for name in ["example.org/bob", "example.org/cat"] {
                let mine = copies.filter { $0.mailbox == name }
                #expect(mine.count == 1 && mine.allSatisfy(isSealed))
            }
            // No copy tells for whom the others are: each is encrypted to its own mailbox's key alone.
            for (name, other) in [("bob", "cat"), ("cat", "bob")] {
                let copy = try #require(copies.first { $0.mailbox == "example.org/\(name)" })
                let sealed = String(decoding: copy.content, as: UTF8.self)
                let start = try #require(sealed.range(of: "-----BEGIN PGP MESSAGE")).lowerBound
                let packets = String(
                    decoding: try gnupg.gpg(["--list-packets"], input: Array(sealed[start...].utf8)), as: UTF8.self)
                #expect(packets.components(separatedBy: ":pubkey enc packet:").count == 2, "\(other)")
            }
        }

        @Test("What is to go later stays one message: it is encrypted when it is released") func later() async throws {
            let recipients = try await recipients(["ann@example.org", "both@example.org", "cat@example.org"])
            let now = message(recipients)
            var envelope = now.envelope
            envelope.parameters.release = .after(seconds: 60)
            let later = ReceivedMessage(
                envelope: envelope, trace: now.trace, content: now.content, received: now.received)
            try await sealing().deliver(later, to: recipients)
            #expect(mailboxes.delivered.allSatisfy { $0.content == content })
            try await sealing().deliver(now, to: recipients)
            #expect(mailboxes.delivered.filter { $0.mailbox == "example.org/cat" }.map(isSealed) == [false, true])
        }

        @Test("P02: an expired key: its mailbox is unavailable, nothing is delivered, the operator is told once")
        func expired() async throws {
            clock.advance(by: 4 * 86_400)
            let agent = sealing()
            let path = ForwardPath.mailbox(try #require(Mailbox("cat@example.org")))
            guard case .unavailable(let refusal) = try await agent.resolve(path) else {
                Issue.record("it takes mail")
                return
            }
            #expect(refusal.words == .localError)
            for _ in 0..<3 {
                await #expect(throws: DeliveryError.self) {
                    try await deliver("ann@example.org", "cat@example.org", by: agent)
                }
            }
            #expect(mailboxes.delivered.isEmpty)
            let told = warnings.all.withLock { $0 }
            #expect(told.count == 1 && told.allSatisfy { $0.contains("expired on") && !$0.contains("@") })
            clock.advance(by: 3_601)
            _ = try await agent.resolve(path)
            #expect(warnings.all.withLock { $0.count } == 2)
            // Others get their mail.
            try await deliver("bob@example.org", by: agent)
            #expect(mailboxes.delivered.count == 1)
        }

        @Test("P02: where names are hidden an expired key is told at the end of the message, and still no plain text")
        func hidden() async throws {
            clock.advance(by: 4 * 86_400)
            let path = ForwardPath.mailbox(try #require(Mailbox("cat@example.org")))
            let agent = Sealing(
                Parts(mailboxes: mailboxes), keys: folder, in: gnupg.home, threads: Self.threads, clock: clock,
                answersLate: { $0 == path })
            #expect(try await agent.resolve(path) == .destinations([.mailbox("example.org/cat")]))
            await #expect(throws: DeliveryError.self) { try await deliver("cat@example.org", by: agent) }
            #expect(mailboxes.delivered.isEmpty)
        }

        #if SMIME
            @Test("P02: a certificate beside a key of another mailbox; expired it takes no mail") func certificate()
                async throws
            {
                let openssl = try OpenSSL()
                let engine = KeyEngines(openPGP: try RNPEngine(), certificates: CMSEngine())
                let folder = KeyFolder(path, engine: engine)
                _ = try folder.add(
                    try openssl.make("ann", OpenSSL.curve("P-256"), address: "ann@example.org"), to: "example.org/ann",
                    for: "ann@example.org", at: clock.now().seconds + 3_600)
                clock.advance(by: 3_600)
                let agent = Sealing(
                    Parts(mailboxes: mailboxes), keys: folder, in: gnupg.home, threads: Self.threads, clock: clock,
                    warn: { [warnings] words in warnings.all.withLock { $0.append(words) } })
                try await deliver("ann@example.org", "bob@example.org", by: agent)
                let copies = mailboxes.delivered
                #expect(copies.count == 2)
                let sealed = try #require(copies.first { $0.mailbox == "example.org/ann" })
                let text = String(decoding: sealed.content, as: UTF8.self)
                #expect(text.contains("smime-type=authEnveloped-data") && !text.contains("CANARY"))
                #expect(copies.filter { $0.mailbox == "example.org/bob" }.map(isSealed) == [true])
                clock.advance(by: 40 * 86_400)
                let path = ForwardPath.mailbox(try #require(Mailbox("ann@example.org")))
                guard case .unavailable(let refusal) = try await agent.resolve(path) else {
                    Issue.record("it takes mail")
                    return
                }
                #expect(refusal.words == .localError)
                await #expect(throws: DeliveryError.self) { try await deliver("ann@example.org", by: agent) }
                #expect(mailboxes.delivered.count == 2)
                #expect(warnings.all.withLock { $0.contains { $0.contains("expired on") && !$0.contains("@") } })
            }
        #endif

        @Test("P02: a file that is no key: never plain text", arguments: ["", "hello"]) func damaged(text: String)
            async throws
        {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/example.org/bob.asc"))
            await #expect(throws: DeliveryError.self) { try await deliver("bob@example.org") }
            #expect(mailboxes.delivered.isEmpty)
        }

        @Test("Mailboxes without a key can be made to wait for one") func required() async throws {
            let agent = sealing(requiresKey: true)
            let path = ForwardPath.mailbox(try #require(Mailbox("ann@example.org")))
            guard case .unavailable = try await agent.resolve(path) else {
                Issue.record("it takes mail")
                return
            }
            await #expect(throws: DeliveryError.self) { try await deliver("ann@example.org", by: agent) }
            try await deliver("bob@example.org", by: agent)
            #expect(mailboxes.delivered.count == 1)
        }

        @Test(
            "P01, G9: what is in the journal is encrypted, parts of one message are there together, and replayed once")
        func journal() async throws {
            let path = gnupg.home + "/journal"
            do {
                let closed = MemoryMailboxes([:])
                closed.fail(with: .failed(cause: "closed"))
                let journal = try JournaledDelivery(closed, in: path)
                journal.start()
                let agent = Sealing(
                    journal, keys: folder, in: gnupg.home, threads: Self.threads, clock: clock)
                let recipients = try await recipients(["bob@example.org", "cat@example.org"])
                try await agent.deliver(message(recipients), to: recipients)
            }
            // The first one's mailboxes never open: it is as good as gone.
            let journal = try JournaledDelivery(mailboxes, in: path)
            let held = try journal.recent.map { try $0() }
            #expect(held.count == 2)
            for message in held {
                var octets: [UInt8] = []
                try message.content.read { slice in for index in slice.indices { octets.append(slice[index]) } }
                let text = String(decoding: octets, as: UTF8.self)
                #expect(!text.contains("CANARY") && text.contains("BEGIN PGP MESSAGE"))
            }
            journal.start()
            await journal.drain()
            #expect(mailboxes.delivered.map(\.mailbox).sorted() == ["example.org/bob", "example.org/cat"])
            #expect(mailboxes.delivered.allSatisfy(isSealed))
        }

        @Test("A key counts from the next message on") func changes() async throws {
            let agent = sealing()
            try await deliver("ann@example.org", by: agent)
            let ann = try gnupg.makeKey("Ann <ann@example.org>")
            _ = try folder.add(ann, to: "example.org/ann", for: nil, at: clock.now().seconds)
            try await deliver("ann@example.org", by: agent)
            #expect(mailboxes.delivered.map(isSealed) == [false, true])
        }

        @Test("More than the memory may hold goes one after another") func budget() async throws {
            var settings = SealingSettings()
            settings.memory = 1
            settings.largestInMemory = 100
            let agent = Sealing(
                Parts(mailboxes: mailboxes), keys: folder, settings: settings, in: gnupg.home, threads: Self.threads,
                clock: clock)
            let recipients = try await recipients(["bob@example.org"])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { try await agent.deliver(message(recipients), to: recipients) } }
                try await group.waitForAll()
            }
            #expect(mailboxes.delivered.count == 8 && mailboxes.delivered.allSatisfy(isSealed))
        }
    }
#endif
