public import SMTP

extension SMTPClient {
    /// Sends messages one behind the other over one connection, and brings what became of each, in their order: see
    /// ``SMTPConnection/send(_:)``. Over another connection goes what the server didn't look at when one ended, as long as each takes
    /// something.
    ///
    /// A message that the server refused for every recipient is a failure (``SMTPClientError/Reason/allRefused``), as with
    /// ``send(_:_:)``.
    public func send(_ messages: [(transaction: MailTransaction, content: MessageContent)]) async
        -> [Result<SendResult, SMTPClientError>]
    {
        var results: [Result<SendResult, SMTPClientError>?] = Array(repeating: nil, count: messages.count)
        var open = Array(messages.indices)
        while !open.isEmpty {
            var lease: Pooled
            do throws(SMTPClientError) { lease = try await self.lease() } catch {
                for place in open { results[place] = .failure(error) }
                break
            }
            let mayBeStale = lease.messages > 0
            let places = open.prefix(max(1, limits.maximumMessages - lease.messages))
            let answers = await lease.connection.send(places.map { messages[$0] })
            lease.messages += places.count
            giveBack(lease)
            let isProgress = mayBeStale || answers.contains { !Self.isUntouched($0) }
            var again: [Int] = []
            for (place, answer) in zip(places, answers) {
                if isProgress, Self.isUntouched(answer) {
                    again.append(place)
                } else {
                    results[place] = answer.flatMap { $0.isAcceptedForAny ? .success($0) : .failure(.allRefused($0)) }
                }
            }
            open = again + open.dropFirst(places.count)
        }
        return results.map { $0 ?? .failure(.unanswered) }
    }

    /// Whether the connection ended, or had carried all that it may, before the server looked at the message.
    private static func isUntouched(_ answer: Result<SendResult, SMTPClientError>) -> Bool {
        switch answer {
        case .success(let result): result.isGoodBye
        case .failure(let error):
            error.isSafeToRetry && (error.isBrokenConnection || error.fault == .messageLimitReached)
        }
    }
}
