// Content: DATA and BDAT.

extension ServerSession {
    /// Sends 354 to a client that waited for it.
    mutating func invite(_ greeting: Greeting, _ transaction: Transaction, spoken: Bool) -> Step {
        if spoken {
            violations.insert(.illegalPipelining)
            if configuration.illegalPipelining == .refuse {
                return Step(consumed: 0, action: hangUp(ReplyWords.illegalPipelining.rejecting))
            }
        }
        state = .receiving(greeting, transaction, Content(scanner: MailDataScanner(.dot)), .untilDot)
        return Step(consumed: 0, action: .send(Reply.startMailInput.bytes))
    }

    mutating func answerContent(
        _ answer: Answer, _ greeting: Greeting, _ transaction: Transaction, _ extent: Extent
    ) -> Action {
        if case .reply(let reply) = answer, !reply.isPositive {
            switch extent {
            case .untilDot:
                state = .transaction(greeting, transaction)
                return fail(reply)
            case .chunk(let remaining, _):
                state = .skipping(remaining: remaining, reply: reply, then: .ready(greeting))
                return .proceed
            }
        }
        switch extent {
        case .untilDot:
            state = .inviting(greeting, transaction)
        case .chunk:
            state = .receiving(greeting, transaction, Content(scanner: MailDataScanner(.counted)), extent)
        }
        return .proceed
    }

    /// Refuses the content that is on its way: it is read to its end and then answered with `reply`.
    public mutating func refuseContent(_ reply: Reply) {
        guard case .receiving(let greeting, let transaction, var content, let extent) = state else { return }
        if content.refusal == nil { content.refusal = reply }
        state = .receiving(greeting, transaction, content, extent)
    }

    mutating func receive(
        _ greeting: Greeting, _ transaction: Transaction, _ content: Content, _ extent: Extent, _ input: Span<UInt8>
    ) -> Step {
        switch extent {
        case .untilDot: receiveData(greeting, transaction, content, input)
        case .chunk(let remaining, let last): receiveChunk(greeting, transaction, content, remaining, last, input)
        }
    }

    private mutating func receiveData(
        _ greeting: Greeting, _ transaction: Transaction, _ before: Content, _ input: Span<UInt8>
    ) -> Step {
        var content = before
        var index = 0
        while true {
            switch content.scanner.scan(input, from: index) {
            case .more:
                state = .receiving(greeting, transaction, content, .untilDot)
                return Step(consumed: input.count, action: .read)
            case .bareNewline:
                return Step(consumed: input.count, action: hangUp(ReplyWords.bareNewline.rejecting))
            case .end(let end):
                return Step(consumed: end, action: complete(greeting, transaction, content))
            case .content(let range):
                index = range.upperBound
                count(range.count, in: &content, transaction)
                if isFarTooBig(content) {
                    return Step(consumed: input.count, action: hangUp(ReplyWords.messageTooBig.rejecting))
                }
                guard content.refusal == nil else { continue }
                state = .receiving(greeting, transaction, content, .untilDot)
                return Step(consumed: index, action: .content(range))
            }
        }
    }

    private mutating func receiveChunk(
        _ greeting: Greeting, _ transaction: Transaction, _ before: Content, _ remaining: UInt64, _ last: Bool,
        _ input: Span<UInt8>
    ) -> Step {
        var content = before
        // RFC 3030 §3: binary content may hold any octets.
        let isBinary = transaction.parameters.body == .binaryMIME
        if remaining == 0 {
            guard last || content.refusal != nil else {
                var transaction = transaction
                transaction.chunked = content
                state = .transaction(greeting, transaction)
                return Step(consumed: 0, action: .send(Reply.done.bytes))
            }
            // A refused chunk may end inside a CRLF: only the last one must not.
            guard !last || content.scanner.finish() || isBinary else {
                return Step(consumed: 0, action: hangUp(ReplyWords.bareNewline.rejecting))
            }
            return Step(consumed: 0, action: complete(greeting, transaction, content))
        }
        guard !input.isEmpty else {
            state = .receiving(greeting, transaction, content, .chunk(remaining: remaining, last: last))
            return Step(consumed: 0, action: .read)
        }
        let count = Int(min(UInt64(input.count), remaining))
        if !isBinary, content.scanner.scan(input.extracting(0..<count), from: 0) == .bareNewline {
            return Step(consumed: input.count, action: hangUp(ReplyWords.bareNewline.rejecting))
        }
        self.count(count, in: &content, transaction)
        let isWanted = content.refusal == nil
        state = .receiving(
            greeting, transaction, content, .chunk(remaining: remaining - UInt64(count), last: last))
        return Step(consumed: count, action: isWanted ? .content(0..<count) : .proceed)
    }

    private func count(_ octets: Int, in content: inout Content, _ transaction: Transaction) {
        content.size = content.size.addingReportingOverflow(UInt64(octets)).partialValue
        if content.size > configuration.maximumMessageSize, content.refusal == nil {
            content.refusal = ReplyWords.messageTooBig.rejecting
        }
    }

    /// Content that doesn't end at its limit isn't read for ever.
    private func isFarTooBig(_ content: Content) -> Bool { content.size > configuration.maximumOctetsRead }

    /// The content is complete: refused, or policy's to decide. Either way the transaction ends here (RFC 5321 §4.1.1.4).
    private mutating func complete(_ greeting: Greeting, _ transaction: Transaction, _ content: Content) -> Action {
        if let refusal = content.refusal ?? findingsRefusal(content.scanner.findings, transaction) {
            state = .ready(greeting)
            return refuseMessage(refusal, recipients: transaction.recipients)
        }
        if content.scanner.findings.contains(.longLine) { violations.insert(.longLine) }
        state = .deciding(.message(greeting, transaction))
        return .ask(.message)
    }

    private func findingsRefusal(_ findings: MailDataScanner.Findings, _ transaction: Transaction) -> Reply? {
        if findings.contains(.mailboxMark) { return ReplyWords.mailboxMark.rejecting }
        if findings.contains(.nul) { return ReplyWords.nulInContent.rejecting }
        if findings.contains(.longLine), configuration.longLines == .refuse { return ReplyWords.lineTooLong.rejecting }
        return nil
    }

    /// RFC 2033 §4.2: after the final dot LMTP owes a reply for each recipient, refusals included.
    private mutating func refuseMessage(_ reply: Reply, recipients: Int) -> Action {
        guard configuration.dialect == .lmtp else { return fail(reply) }
        errors += 1
        return .send(Array((0..<recipients).map { _ in reply.bytes }.joined()))
    }

    mutating func answerMessage(_ answer: Answer, _ greeting: Greeting, _ transaction: Transaction) -> Action {
        state = .ready(greeting)
        junk = 0
        switch answer {
        case .proceed:
            return .send(repeated(.done, transaction))
        case .reply(let reply):
            guard reply.isPositive else { return refuseMessage(reply, recipients: transaction.recipients) }
            return .send(repeated(reply, transaction))
        case .replies(let replies):
            return .send(Array(replies.map(\.bytes).joined()))
        case .challenge:
            return hangUp(ReplyWords.localError.postponing)
        case .disconnect(let reply):
            return hangUp(reply)
        }
    }

    private func repeated(_ reply: Reply, _ transaction: Transaction) -> [UInt8] {
        guard configuration.dialect == .lmtp else { return reply.bytes }
        return Array((0..<transaction.recipients).map { _ in reply.bytes }.joined())
    }

    /// Reads a chunk that no transaction wants.
    mutating func skip(_ remaining: UInt64, _ reply: Reply, _ origin: Resting, _ input: Span<UInt8>) -> Step {
        guard remaining == 0 else {
            guard !input.isEmpty else {
                state = .skipping(remaining: remaining, reply: reply, then: origin)
                return Step(consumed: 0, action: .read)
            }
            let count = Int(min(UInt64(input.count), remaining))
            state = .skipping(remaining: remaining - UInt64(count), reply: reply, then: origin)
            return Step(consumed: count, action: .proceed)
        }
        rest(in: origin)
        return Step(consumed: 0, action: fail(reply))
    }
}
