import NIOCore
import SMTP

/// Messages in memory that go over a connection one behind the other.
struct MessageBatch {
    /// One of them.
    struct Message: Sendable {
        let transaction: MailTransaction
        let buffer: ByteBuffer
        let survey: ContentSurvey
    }

    private let messages: [Message]
    private var results: [Result<SendResult, SMTPClientError>?]
    private var next = 0
    /// The one that is under way.
    private var current: Int?
    /// The one whose commands were sent behind the content of the current one.
    private var upcoming: Int?

    init(_ messages: [Message]) {
        self.messages = messages
        results = Array(repeating: nil, count: messages.count)
    }

    /// Begins the next message that can be sent; nil: there is none left.
    mutating func begin<Value>(
        behindCurrent: Bool = false, _ body: (Message) throws(ClientFault) -> Value
    ) -> Value? {
        while next < messages.count {
            let place = next
            next += 1
            do throws(ClientFault) {
                let value = try body(messages[place])
                if behindCurrent { upcoming = place } else { current = place }
                return value
            } catch {
                // Nothing was sent of it.
                results[place] = .failure(SMTPClientError(fault: error, stage: .idle))
            }
        }
        return nil
    }

    /// The current one is over. Brings the one that was begun behind it.
    mutating func finish(_ result: SendResult) -> Message? {
        if let current { results[current] = .success(result) }
        current = upcoming
        upcoming = nil
        return current.map { messages[$0] }
    }

    /// What became of each, when all are over.
    var answers: [Result<SendResult, SMTPClientError>] { results.compactMap(\.self) }

    /// What became of each. Whatever wasn't under way was not taken by the server.
    func ended(by error: SMTPClientError) -> [Result<SendResult, SMTPClientError>] {
        let unsent = SMTPClientError(
            stage: error.stage, kind: error.kind, reason: error.reason, reply: error.reply, underlying: error.underlying
        )
        return results.enumerated().map { place, result in result ?? .failure(place == current ? error : unsent) }
    }
}
