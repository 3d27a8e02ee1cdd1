import InternetMessage
import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

/// What signs messages, and what may be forwarded.
@Suite struct SignerTests {
    private final class Octets: ContentTap {
        private let octets = Mutex<[UInt8]>([])
        var all: [UInt8] { octets.withLock { $0 } }
        func append(_ slice: Span<UInt8>) {
            octets.withLock { octets in slice.withUnsafeBufferPointer { octets += $0 } }
        }
    }

    private struct TestSigner: MessageSigner {
        var name = "signer"
        var isConcerned = true
        var failure: (any Error)?
        var field = "X-Signed: yes\r\n"

        func tap(_ envelope: Envelope, _ session: Session) -> (any ContentTap)? { isConcerned ? Octets() : nil }

        func fields(for message: ReceivedMessage, tap: any ContentTap, _ session: Session) async throws -> [UInt8] {
            if let failure { throw failure }
            let read = (tap as? Octets)?.all.count ?? 0
            return Array(field.utf8) + Array("X-Read: \(read) of \(message.content.count)\r\n".utf8)
        }
    }

    private static let content = "Subject: x\r\n\r\nhello\r\n"

    private func deliver(_ signers: [TestSigner], _ guards: any MailGuard...) async throws -> (
        reply: String, box: MemoryMailboxes, facts: Session
    ) {
        let box = mailboxes()
        let service = try MailService("mx.our.test", delivering: box, signers: signers, clock: ManualClock()) { guards }
        let session = TurnedSession(service)
        session.greet()
        let reply = codes(session.deliver(Self.content)).last ?? ""
        return (reply, box, session.facts)
    }

    @Test("What signers write stands below Return-Path, the first one's on top; all of the content was read for it")
    func fields() async throws {
        let two = [TestSigner(), TestSigner(field: "X-Second: yes\r\n"), TestSigner(isConcerned: false)]
        let (reply, box, _) = try await deliver(two)
        #expect(reply == "250 2.0.0")
        let copy = try #require(box.delivered.first)
        let names = HeaderSection(copy.trace).fields.map { String(decoding: $0.name, as: UTF8.self) }
        #expect(names == ["Return-Path", "X-Signed", "X-Read", "X-Second", "X-Read", "Received"])
        #expect(String(decoding: copy.trace, as: UTF8.self).contains("X-Read: 21 of 21\r\n"))
    }

    @Test("A guard that accepts takes nothing past a signer")
    func accepted() async throws {
        let accepting = TestGuard.saying(.accept(cause: "known"), at: .message)
        let (reply, box, _) = try await deliver([TestSigner()], accepting)
        #expect(reply == "250 2.0.0")
        #expect(String(decoding: try #require(box.delivered.first).trace, as: UTF8.self).contains("X-Signed"))
    }

    @Test("What can't be signed isn't taken: 451, or 550 where the message is to blame; and it is on record")
    func failures() async throws {
        let refusal = Refusal(.malformedHeader, cause: "why")
        for (failure, code): (any Error, String) in [
            (Fault(), "451 4.3.0"), (SigningFailure.postponed(Refusal(.localError, cause: "why")), "451 4.3.0"),
            (SigningFailure.refused(refusal), "550 5.6.0"),
        ] {
            let (reply, box, facts) = try await deliver([TestSigner(name: "dkim", failure: failure), TestSigner()])
            #expect(reply == code)
            #expect(box.delivered.isEmpty)
            let last = try #require(facts.record.last)
            #expect(last.judge == "dkim" && last.stage == .message)
            #expect(!"\(last)".contains("PRIVATE"))
        }
    }

    @Test("A guard's refusal comes before any signature")
    func refused() async throws {
        let refusing = TestGuard.saying(.reject(Refusal(.localError, cause: "no")), at: .message)
        let (reply, box, facts) = try await deliver([TestSigner(failure: Fault())], refusing)
        #expect(reply == "551 5.3.0" && box.delivered.isEmpty)
        #expect(facts.record.last?.judge == "test")
    }

    private func forwarding(_ folder: String?) async throws -> [[Destination]] {
        let seen = Mutex<[[Destination]]>([])
        let away = try #require(Mailbox("x@far.test"))
        let agent = TestAgent(
            mailboxes: mailboxes(),
            atResolve: { path in
                switch path {
                case .mailbox(let box) where box == Mailbox("mixed@our.test"):
                    .destinations([.mailbox("u"), .remote(away)])
                case .mailbox(let box) where box == Mailbox("away@our.test"): .destinations([.remote(away)])
                default: nil
                }
            },
            atDelivery: { recipients in
                seen.withLock { $0 = recipients.map(\.destinations) }
                throw Fault()
            })
        let filing = TestGuard(atMessage: { _, session in
            if let folder { session.folders["u"] = folder }
            return .pass
        })
        let session = TurnedSession(try .test(agent, filing))
        session.greet()
        session.deliver(to: ["mixed@our.test", "away@our.test"])
        return seen.withLock { $0 }
    }

    @Test("What is filed apart for somebody isn't forwarded in their name")
    func filed() async throws {
        let away = Destination.remote(try #require(Mailbox("x@far.test")))
        #expect(try await forwarding(nil) == [[.mailbox("u"), away], [away]])
        #expect(try await forwarding("New contacts") == [[.folder("New contacts", of: "u")], [away]])
    }

    @Test("R28: to a rewritten sender goes mail from <> alone, whoever sends it and whatever guards say")
    func bounces() throws {
        let original = try #require(Mailbox("joe@out.test"))
        let agent = TestAgent(
            mailboxes: mailboxes(), atResolve: { $0.isRewrittenSender ? .destinations([.remote(original)]) : nil })
        let rule = RelayRule(submitter: { $0.client == .local ? Submitter(.local, name: "") : nil })
        let accepting = TestGuard.saying(.accept(cause: "known"), at: .recipient)
        for client in [ClientAddress.local, .ipv4([192, 0, 2, 7])] {
            for (sender, code) in [("", "250 2.1.5"), ("a@out.test", "550 5.7.1")] {
                let session = TurnedSession(try .test(agent, relaying: rule, accepting), client: client)
                session.greet()
                session.say("MAIL FROM:<\(sender)>")
                for recipient in ["SRS0=AAAAAA=TT=out.test=joe@our.test", "srs1=AAAAAA=b.test==x@our.test"] {
                    let replies = codes(session.say("RCPT TO:<\(recipient)>"))
                    #expect(replies == [code], "\(sender) \(recipient)")
                    if sender.isEmpty { break }
                }
            }
        }
    }
}
