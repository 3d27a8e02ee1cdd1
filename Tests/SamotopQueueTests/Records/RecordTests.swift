import SMTP
import SamotopCore
import Testing

@testable import SamotopQueue

@Suite struct RecordTests {
    private func rich() -> NewMessage {
        var parameters = MailParameters()
        parameters.size = 12
        parameters.body = .eightBitMIME
        parameters.smtpUTF8 = true
        parameters.requireTLS = true
        parameters.ret = .headers
        parameters.envelopeID = Array("id with space+=".utf8)
        parameters.auth = .mailbox(Sample.mailbox("ann@our.test"))
        var rcpt = RcptParameters()
        rcpt.notify = [.failure, .delay]
        rcpt.originalRecipient = OriginalRecipient(addressType: Array("utf-8".utf8), address: Array("bøb@a.test".utf8))
        return NewMessage(
            QueuedMessage(
                id: String(repeating: "i", count: 128), reversePath: .mailbox(Sample.mailbox("\"a > b\"@our.test")),
                parameters: parameters, submitter: Submitter(.stranger, name: "Jürgen"),
                arrived: Timestamp(seconds: 1_700_000_000, nanoseconds: 123_000_000), size: 5),
            to: [
                NewRecipient(Sample.mailbox("bøb@BÜCHER.test"), parameters: rcpt),
                NewRecipient(Sample.mailbox("x@[192.0.2.1]")), NewRecipient(Sample.mailbox("\"@\"@B.test")),
                NewRecipient(Sample.mailbox("y@c.test"), destination: QueueDestination(name: "smarthost")),
            ], content: MemoryContent([1, 2, 3, 4, 5]))
    }

    @Test("Facts come back as they were, to the millisecond")
    func facts() throws {
        for message in [rich(), Sample.message("m"), Sample.message("n", from: nil, submitter: .queue)] {
            let facts = try MessageFacts(message)
            let again = try #require(MessageFacts(octets: facts.octets))
            let found = try #require(again.message)
            #expect(found.id == message.message.id)
            #expect(found.reversePath == message.message.reversePath)
            #expect(found.parameters == message.message.parameters)
            #expect(found.submitter == message.message.submitter)
            #expect(found.arrived == message.message.arrived)
            #expect(found.size == message.content.count)
            #expect(again.recipients == message.recipients)
            #expect(again.key == MessageKey(message.message.id))
            #expect(again.id == message.message.id)
            #expect(again.mayBeNotified == message.message.submitter.mayBeNotified)
        }
        #expect(rich().recipients.map(\.destination.text) == ["bÜcher.test", "[192.0.2.1]", "b.test", "smarthost"])
    }

    @Test("Cut and changed facts, statuses and details are read or refused, and never a trap")
    func hostileOctets() throws {
        var random = SplitMix(seed: 3)
        let facts = try MessageFacts(rich()).octets
        var detail = RecipientDetail()
        detail.failure = Sample.unknown
        detail.reply = Sample.relayed
        detail.hold = HoldReason(.policy, words: "x")
        detail.readdressed = NewRecipient(Sample.mailbox("a@b.test"))
        var recipient = RecipientStatus(since: 5)
        recipient.detail = detail.octets
        let status = MessageStatus([recipient, RecipientStatus(since: .min), recipient]).octets
        func look(_ facts: [UInt8], _ status: [UInt8], _ detail: [UInt8]) {
            let found = MessageFacts(octets: facts)
            _ = (
                found?.message, found?.recipients, found?.id, found?.key, found?.submitter, found?.size, found?.arrived
            )
            _ = MessageStatus(octets: status)
            _ = RecipientDetail(octets: detail)
            _ = LogEntry.read(facts)
        }
        for cut in 0..<max(facts.count, status.count) {
            let short = MessageFacts(octets: Array(facts.prefix(cut)))
            if cut < facts.count { #expect(short?.recipients == nil) }
            if cut < status.count { #expect(MessageStatus(octets: Array(status.prefix(cut))) == nil) }
            look(Array(facts.prefix(cut)), Array(status.prefix(cut)), Array(detail.octets.prefix(cut)))
        }
        for _ in 0..<5_000 {
            var hurt = (facts, status, detail.octets)
            hurt.0[Int.random(in: 0..<hurt.0.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            hurt.1[Int.random(in: 0..<hurt.1.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            hurt.2[Int.random(in: 0..<hurt.2.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            look(hurt.0, hurt.1, hurt.2)
        }
    }

    @Test("A status comes back; of what is done only that; equal details are kept once")
    func status() throws {
        var detail = RecipientDetail()
        detail.failure = Sample.greylisted
        detail.reply = RemoteReply(code: 250, lines: [[], [0x80, 0xFF]], relayed: true)
        detail.hold = HoldReason(.signature, words: "ö")
        detail.readdressed = NewRecipient(Sample.mailbox("eve@B.test"))
        #expect(RecipientDetail(octets: detail.octets) == detail)
        #expect(RecipientDetail(octets: []) == RecipientDetail())
        #expect(RecipientDetail().octets == [])
        var waiting = RecipientStatus(since: -1)
        waiting.attempts = .max
        waiting.due = .max
        waiting.isWarned = true
        waiting.owed = [OwedNotices(.delayed), OwedNotices(.relayed)]
        waiting.detail = detail.octets
        var done = waiting
        done.state = .delivered
        done.owed = []
        var owing = waiting
        owing.state = .failed
        let status = MessageStatus([waiting, done, owing, RecipientStatus(since: 7)])
        let again = try #require(MessageStatus(octets: status.octets))
        #expect(again.recipients[0] == waiting)
        #expect(again.recipients[1].state == .delivered)
        #expect(again.recipients[1].detail == [])
        #expect(again.recipients[2] == owing)
        #expect(again.recipients[3] == RecipientStatus(since: 7))
        let one = MessageStatus([waiting]).octets.count
        #expect(MessageStatus(Array(repeating: waiting, count: 100)).octets.count < one + 100 * 24)
        #expect(MessageStatus([waiting, waiting]) == MessageStatus(octets: MessageStatus([waiting, waiting]).octets))
    }

    @Test("A peer's reply and our words are bounded")
    func bounds() {
        let reply = RemoteReply(code: 550, lines: Array(repeating: [UInt8](repeating: 0x61, count: 1_000), count: 50))
        #expect(reply.lines.map(\.count) == [512, 512, 512, 512])
        #expect(RemoteReply(code: 550, lines: Array(repeating: [], count: 50)).lines.count == 20)
        #expect(HoldReason(.policy, words: String(repeating: "ü", count: 300)).words.utf8.count == 200)
        #expect(HoldReason(.policy, words: String(repeating: "ü", count: 99) + "xyüü").words.utf8.count == 200)
        #expect(QueueDestination(name: String(repeating: "a", count: 300)).name.count == 255)
        #expect(Timestamp(milliseconds: -1) == Timestamp(seconds: -1, nanoseconds: 999_000_000))
        #expect(Timestamp(seconds: .max).milliseconds == .max)
        #expect(Timestamp(seconds: .min).milliseconds == .min)
    }
}
