import Foundation
import SMTP
import SamotopCore
import SamotopQueue

/// One outcome as it is posted. No content: neither subject nor header nor body.
struct WebhookEvent: Encodable {
    let event: String
    /// Seconds since 1970.
    let time: Int64
    /// The message's id, as in our Received field.
    let message: String
    /// Whose mail: the account's name, or what our own networks are called.
    let submitter: String
    let sender: String
    let recipient: String
    let destination: String
    /// Nil: in clear, or not sent.
    let tls: DeliveredTLS?
    /// In a mailbox of ours: over no wire.
    let isLocal: Bool
    let failure: FailureEntry?
    /// Why it is held.
    let hold: String?

    /// Nil when the facts can't be read.
    init?(_ outcome: QueueOutcome, time: Int64) {
        guard let message = outcome.facts.message, let address = outcome.address else { return nil }
        event = outcome.kind.rawValue
        self.time = time
        self.message = message.id
        submitter = message.submitter.name
        sender = message.reversePath.mailbox.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        recipient = String(decoding: address.bytes, as: UTF8.self)
        destination = outcome.destination.text
        tls = outcome.tls
        isLocal = outcome.isLocal
        failure = outcome.failureEntry
        hold = outcome.hold?.words
    }
}

/// The body of a post.
struct WebhookBody: Encodable {
    let hook: String
    /// The same whenever it is tried again.
    let delivery: String
    let events: [WebhookEvent]

    func octets() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self))
    }
}
