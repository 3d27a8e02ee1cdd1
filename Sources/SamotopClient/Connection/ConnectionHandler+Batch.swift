import NIOCore
import SMTP

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
