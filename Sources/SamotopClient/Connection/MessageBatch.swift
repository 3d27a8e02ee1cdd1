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

extension ConnectionHandler {
    /// Sends messages one behind the other.
    func sendAll(_ messages: [MessageBatch.Message], _ context: ChannelHandlerContext) throws(ClientFault) {
        guard session.isIdle else { throw .badSequence }
        batch = MessageBatch(messages)
        unclaimed = nil
        if let action = beginInBatch(context) { begin(action) } else { completeBatch() }
    }

    /// A message of the batch is over: goes on with the next one, or ends the batch.
    func finishedInBatch(_ result: SendResult) {
        guard let context else { return }
        if let message = batch?.finish(result) {
            feed = ContentFeed(memory: message.buffer, survey: message.survey, promisedSize: nil)
            limitTransaction(context)
            return awaitReply()
        }
        // After a 421 the end of the connection tells of the rest.
        guard session.isIdle else { return }
        if let action = beginInBatch(context) { _ = carryOut(action) } else { completeBatch() }
    }

    /// The commands of the next message, to be sent behind the content of this one; nil: there is none, or the server can't take it so.
    func nextGroup() -> ByteBuffer? {
        guard batch != nil, session.takesNext else { return nil }
        let group = batch?.begin(behindCurrent: true) { message throws(ClientFault) in
            try session.beginNext(message.transaction, message.survey)
        }
        guard let group else { return nil }
        if let transcript { for line in ClientTranscript.lines(group) { transcript(.sent(line)) } }
        return ByteBuffer(bytes: group)
    }

    /// An answer to a batch tells of each message, also when the connection is over.
    func answer(_ result: Result<ConnectionAnswer, SMTPClientError>) -> Result<ConnectionAnswer, SMTPClientError> {
        guard let batch else { return result }
        self.batch = nil
        switch result {
        case .success(.finishedAll): return result
        case .success: return .success(.finishedAll(batch.ended(by: failure ?? .unanswered)))
        case .failure(let error): return .success(.finishedAll(batch.ended(by: error)))
        }
    }

    private func beginInBatch(_ context: ChannelHandlerContext) -> ClientSession.Action? {
        let action = batch?.begin { message throws(ClientFault) in
            let action = try session.begin(message.transaction, message.survey)
            feed = ContentFeed(memory: message.buffer, survey: message.survey, promisedSize: nil)
            return action
        }
        if action != nil { limitTransaction(context) }
        return action
    }

    private func completeBatch() {
        rest()
        complete(.success(.finishedAll(batch?.answers ?? [])))
    }
}
