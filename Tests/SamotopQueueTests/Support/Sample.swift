import SMTP
import SamotopCore

@testable import SamotopQueue

/// Messages for tests.
enum Sample {
    static let start = Timestamp(seconds: 1_700_000_000)

    static func mailbox(_ text: String) -> Mailbox {
        // Every literal in the tests is one; another one would fail the first assertion.
        Mailbox(text) ?? Mailbox(localPart: LocalPart([0x78]) ?? emptyLocalPart, domain: .literal(.ipv4(127, 0, 0, 1)))
    }

    private static var emptyLocalPart: LocalPart {
        guard let part = LocalPart([]) else { preconditionFailure("the empty local-part is one") }
        return part
    }

    static func message(
        _ id: String, to recipients: [String] = ["bob@a.test"], from sender: String? = "ann@our.test",
        submitter: Submitter = Submitter(.authenticated, name: "ann"), at time: Timestamp = start, size: Int = 100,
        parameters: MailParameters = MailParameters(), notify: Notify? = nil, route: String? = nil
    ) -> NewMessage {
        NewMessage(
            QueuedMessage(
                id: id, reversePath: sender.map { .mailbox(mailbox($0)) } ?? .null, parameters: parameters,
                submitter: submitter, arrived: time, size: size),
            to: recipients.map { recipient in
                var parameters = RcptParameters()
                parameters.notify = notify
                return NewRecipient(
                    mailbox(recipient), parameters: parameters, destination: route.map { QueueDestination(name: $0) })
            },
            content: MemoryContent(content(id, size)))
    }

    /// Differs from id to id.
    static func content(_ id: String, _ size: Int) -> [UInt8] {
        let seed = id.utf8.reduce(UInt8(0)) { $0 &* 31 &+ $1 }
        return Array("Subject: CONTENT OF \(id)\r\n\r\n".utf8)
            + (0..<size).map { UInt8(truncatingIfNeeded: $0) &+ seed }
    }

    static let greylisted = AttemptFailure(
        stage: .rcpt, reply: RemoteReply(code: 450, status: EnhancedStatusCode(4, 7, 1), lines: [Array("later".utf8)]),
        status: EnhancedStatusCode(4, 7, 1), remote: RemoteHost(name: "mx.a.test", address: "192.0.2.1"),
        words: "the recipient was postponed", isHostWide: false)
    static let unknown = AttemptFailure(
        stage: .rcpt,
        reply: RemoteReply(code: 550, status: EnhancedStatusCode(5, 1, 1), lines: [Array("no such user".utf8)]),
        status: EnhancedStatusCode(5, 1, 1), remote: RemoteHost(name: "mx.a.test", address: "192.0.2.1"),
        words: "the recipient was refused", isHostWide: false)
    static let unreachable = AttemptFailure(
        stage: .connect, status: EnhancedStatusCode(4, 4, 1),
        remote: RemoteHost(name: "mx.a.test", address: "192.0.2.1"),
        words: "no connection", isHostWide: true)
    static let noDNS = AttemptFailure(
        stage: .dns, status: EnhancedStatusCode(4, 4, 3), words: "the resolver doesn't answer", isHostWide: true)
    static let accepted = RemoteReply(code: 250, status: EnhancedStatusCode(2, 0, 0), lines: [Array("ok".utf8)])
    static let relayed = RemoteReply(code: 250, lines: [Array("ok".utf8)], relayed: true)
}

extension Timestamp {
    static func + (time: Timestamp, seconds: Int64) -> Timestamp {
        Timestamp(seconds: time.seconds + seconds, nanoseconds: time.nanoseconds)
    }
}

extension MailContent {
    func octets() throws -> [UInt8] {
        var octets: [UInt8] = []
        try read { slice in slice.withUnsafeBufferPointer { octets.append(contentsOf: $0) } }
        return octets
    }
}
