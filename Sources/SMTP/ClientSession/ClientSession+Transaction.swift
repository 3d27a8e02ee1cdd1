// A mail transaction: MAIL, RCPT, content (RFC 5321 §3.3).

extension ClientSession {
    /// Begins a transaction.
    ///
    /// - Parameter survey: what is known of the content; nil when it is streamed.
    /// - Throws: what is wrong with the message or what it needs and the server lacks. Nothing is sent then.
    public mutating func begin(_ transaction: MailTransaction, _ survey: ContentSurvey?) throws(ClientFault) -> Action {
        guard case .ready = state else { throw .badSequence }
        guard isReady else { throw .messageLimitReached }
        let plan = try TransactionPlan(transaction, survey, capabilities, configuration, isSecure: isSecure)
        countTransaction()
        settled = Array(repeating: nil, count: transaction.recipients.count)
        accepted = 0
        isEndSent = false
        let awaited: Exchange.Awaited = needsReset ? .reset : .mail
        let reset = needsReset ? Command.rset.bytes + [0x0D, 0x0A] : []
        needsReset = false
        guard isPipelining else {
            state = .exchanging(Exchange(awaited: awaited, framing: plan.framing, unsent: plan.lines))
            return .send(reset.isEmpty ? plan.lines.first ?? [] : reset)
        }
        state = .exchanging(Exchange(awaited: awaited, framing: plan.framing, unsent: nil))
        return .send(Self.group(reset, of: plan))
    }

    static let data = Command.data.bytes + [0x0D, 0x0A]

    mutating func answered(_ reply: ServerReply, _ exchange: Exchange) -> Action {
        switch exchange.awaited {
        case .reset:
            guard reply.isCompletion else { return refused(reply) }
            return expect(.mail, exchange)
        case .mail:
            guard !reply.isIntermediate else { return fail(.unexpectedReply(reply)) }
            var exchange = exchange
            exchange.sender = reply
            if reply.isClosing { return leave(.mail, reply) }
            if !reply.isCompletion {
                settleOpen(.mail, reply)
                // Without pipelining RCPT was never said.
                if exchange.unsent != nil { return finish() }
            }
            return expect(.recipient(0), exchange)
        case .recipient(let index):
            guard !reply.isIntermediate else { return fail(.unexpectedReply(reply)) }
            if reply.isClosing { return leave(.rcpt, reply) }
            answeredRecipient(index, reply)
            guard index + 1 == settled.count else { return expect(.recipient(index + 1), exchange) }
            return recipientsAnswered(exchange)
        case .data:
            return answeredData(reply, exchange)
        }
    }

    /// Waits for the next reply, after having sent its command if that wasn't done.
    private mutating func expect(_ awaited: Exchange.Awaited, _ exchange: Exchange) -> Action {
        var exchange = exchange
        exchange.awaited = awaited
        state = .exchanging(exchange)
        guard let unsent = exchange.unsent else { return .proceed }
        switch awaited {
        case .reset: return .proceed
        case .mail: return .send(unsent.first ?? [])
        case .recipient(let index): return .send(index + 1 < unsent.count ? unsent[index + 1] : [])
        case .data: return .send(Self.data)
        }
    }

    private mutating func answeredRecipient(_ index: Int, _ reply: ServerReply) {
        // After a refused MAIL the replies to RCPT say nothing new.
        guard index < settled.count, settled[index] == nil else { return }
        if reply.isCompletion {
            accepted += 1
        } else {
            settled[index] = SendResult.Recipient(stage: .rcpt, reply: reply)
        }
    }

    private mutating func recipientsAnswered(_ exchange: Exchange) -> Action {
        switch exchange.framing {
        case .dot:
            if exchange.unsent == nil || accepted > 0 { return expect(.data, exchange) }
        case .chunks:
            if accepted > 0 {
                state = .sending(exchange.framing, Chunks())
                return .content(exchange.framing)
            }
        }
        needsReset = exchange.sender?.isCompletion == true
        return finish()
    }

    private mutating func answeredData(_ reply: ServerReply, _ exchange: Exchange) -> Action {
        switch reply.severity {
        case 3 where reply.code == 354:
            if accepted > 0 {
                state = .sending(exchange.framing, Chunks())
                return .content(exchange.framing)
            }
            // LMTP has no reply for a message without recipients, so what comes next would be unknown.
            guard configuration.dialect == .smtp else { return leave(.data, reply) }
            state = .lone
            return .send(MailDataWriter.end(afterLineEnd: true))
        case 4, 5:
            if reply.isClosing { return leave(.data, reply) }
            settleOpen(.data, reply)
            needsReset = exchange.sender?.isCompletion == true
            return finish()
        default:
            return fail(.unexpectedReply(reply))
        }
    }

    /// RFC 2920 §3.1: the message of a lone dot goes to nobody, whatever the server says to it.
    mutating func answeredLoneDot(_ reply: ServerReply) -> Action {
        reply.isClosing ? leave(.data, reply) : finish()
    }

    /// Gives a reply to all recipients that have none.
    mutating func settleOpen(_ stage: ClientStage, _ reply: ServerReply) {
        for index in settled.indices where settled[index] == nil {
            settled[index] = SendResult.Recipient(stage: stage, reply: reply)
        }
        accepted = 0
    }

    mutating func finish() -> Action {
        state = .ready
        let result = takeResult()
        takeUpNext()
        return .finished(result)
    }

    /// Finishes with a connection that is of no more use.
    mutating func leave(_ stage: ClientStage, _ reply: ServerReply) -> Action {
        settleOpen(stage, reply)
        state = .leaving
        return .finished(takeResult())
    }

    private mutating func takeResult() -> SendResult {
        let recipients = settled.compactMap(\.self)
        settled = []
        return SendResult(recipients: recipients, notifiesItself: capabilities.extensions.contains(.dsn))
    }
}
