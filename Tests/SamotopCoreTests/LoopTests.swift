import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

/// RFC 5321 §6.3: mail that comes back.
@Suite struct LoopTests {
    /// Keeps what goes out, as the next server gets it.
    private struct Outgoing: DeliveryAgent {
        final class Last: Sendable {
            let octets = Mutex<[UInt8]>([])
        }
        let last = Last()

        func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { .notLocal }

        func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
            var octets = message.trace
            try message.content.read { slice in
                for index in slice.indices { octets.append(slice[index]) }
            }
            last.octets.withLock { $0 = octets }
        }
    }

    @Test("C05: two services that hand each other all mail stop by the number of Received fields")
    func twoServices() throws {
        let rule = RelayRule(submitter: { _ in Submitter(.local, name: "the other") })
        let agents = [Outgoing(), Outgoing()]
        let services = try zip(["mx.our.test", "mx.other.test"], agents).map { name, agent in
            try MailService(name, delivering: agent, relaying: rule)
        }
        var message = "Subject: x\r\n\r\nhello\r\n"
        var replies: [String] = []
        while replies.count < 60 {
            let turn = replies.count % 2
            let session = TurnedSession(services[turn])
            session.greet()
            replies += codes(session.deliver(message, to: ["b@out.test"]))
            guard replies.last == "250 2.0.0" else { break }
            message = String(decoding: agents[turn].last.octets.withLock(\.self), as: UTF8.self)
        }
        #expect(replies.count == 51)
        #expect(replies.last == "554 5.4.6")
        #expect(message.split(separator: "\r\n").filter { $0.hasPrefix("Received: ") }.count == 50)
    }
}
