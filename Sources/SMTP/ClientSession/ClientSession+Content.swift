// Content: DATA and BDAT.

extension ClientSession {
    /// The end of content framed by dots goes out now. Call before it is sent; afterwards nobody knows whether it arrived.
    public mutating func contentEnded() {
        guard case .sending(.dot, _) = state else { return }
        isEndSent = true
        state = .ending(answered: 0)
    }

    /// The command that has to be sent before a chunk. The chunk follows it at once; then the machine says whether another one may
    /// go, or waits for replies.
    public mutating func chunk(octets: UInt64, isLast: Bool) throws(ClientFault) -> [UInt8] {
        guard case .sending(.chunks(let allowance), var chunks) = state, !chunks.isLastSent else { throw .badSequence }
        chunks.outstanding += 1
        chunks.isLastSent = isLast
        if isLast { isEndSent = true }
        state = .sending(.chunks(allowance), chunks)
        return Command.bdat(size: octets, last: isLast).bytes + [0x0D, 0x0A]
    }

    /// Whether another chunk may be sent before the replies to those that were.
    public var takesChunk: Bool {
        guard case .sending(.chunks, let chunks) = state, !chunks.isLastSent, chunks.refusal == nil else {
            return false
        }
        // LMTP: a refused chunk before the last makes the number of replies doubtful.
        let maximum = isPipelining && configuration.dialect == .smtp ? Self.maximumOutstandingChunks : 1
        return chunks.outstanding < maximum
    }

    mutating func answeredInContent(_ reply: ServerReply, _ framing: Framing, _ chunks: Chunks) -> Action {
        guard case .chunks = framing, chunks.outstanding > 0 else {
            // The server gives up before the end of the content: its rest would be taken for commands.
            return reply.severity >= 4 ? leave(.content, reply) : fail(.unexpectedReply(reply))
        }
        guard !reply.isIntermediate else { return fail(.unexpectedReply(reply)) }
        if reply.isClosing { return leave(.content, reply) }
        // RFC 2033 §4.2, RFC 3030 §2: the last chunk is answered like the final dot, if all before it were taken.
        if chunks.isLastSent, chunks.outstanding == 1, chunks.refusal == nil {
            needsReset = !reply.isCompletion
            return answeredEnd(reply, 0)
        }
        var chunks = chunks
        chunks.outstanding -= 1
        if !reply.isCompletion, chunks.refusal == nil { chunks.refusal = reply }
        guard let refusal = chunks.refusal else {
            state = .sending(framing, chunks)
            return chunks.isLastSent ? .proceed : .content(framing)
        }
        guard chunks.outstanding == 0 else {
            state = .sending(framing, chunks)
            return .proceed
        }
        settleOpen(.content, refusal)
        needsReset = true
        return finish()
    }

    /// The reply to the final dot: one for all, or with LMTP one for each accepted recipient, in their order.
    mutating func answeredEnd(_ reply: ServerReply, _ answered: Int) -> Action {
        guard !reply.isIntermediate else { return fail(.unexpectedReply(reply)) }
        guard configuration.dialect == .lmtp else {
            settleOpen(.content, reply)
            guard reply.isClosing else { return finish() }
            return leave(.content, reply)
        }
        guard let index = settled.firstIndex(where: { $0 == nil }) else { return fail(.unexpectedReply(reply)) }
        if reply.isClosing { return leave(.content, reply) }
        settled[index] = SendResult.Recipient(stage: .content, reply: reply)
        guard answered + 1 < accepted else { return finish() }
        state = .ending(answered: answered + 1)
        return .proceed
    }
}
