import SMTP
import SamotopClient
import SamotopQueue

extension DeliveryAttempt {
    /// What came of offering the message over a connection.
    enum Transacted {
        case next(Next)
        /// The server had closed the connection before: it has taken nothing, and a new connection may do.
        case stale
    }

    /// Recipients of a transaction, where the server names no limit: RFC 5321 §4.5.3.1.8 has every server take as many.
    private static let maximumRecipients = 100

    /// Sends the message to all that have no outcome, in as many transactions as the server's limits ask for.
    mutating func transact(over given: ServerConnection, _ target: MailRelay.Target) async -> Transacted {
        var connection = given
        while !remaining.isEmpty {
            let limit = connection.smtp.capabilities.limits.recipients ?? Self.maximumRecipients
            let recipients = Array(remaining.prefix(max(limit, 1)))
            let message: MessageContent
            do {
                message = try await content.message()
            } catch {
                relay.connections.put(connection)
                return .next(unreadable(error))
            }
            do throws(SMTPClientError) {
                let result = try await connection.smtp.send(transaction(recipients, target), message)
                connection.messages += 1
                if given.isReused, connection.messages == given.messages + 1, result.isGoodBye {
                    connection.smtp.close()
                    return .stale
                }
                if let next = take(result, recipients, connection, target) {
                    relay.connections.put(connection)
                    return .next(next)
                }
            } catch {
                if error.isMessage {
                    // Nothing was sent; the connection can go on.
                    if error.needsConversion, (try? await content.convert()) != nil { continue }
                    fail(HostFailure(error, from: connection.remote, preference: target.host.preference))
                    relay.connections.put(connection)
                    return .next(.host)
                }
                connection.smtp.close()
                return failed(error, recipients, connection, target, isFirst: connection.messages == given.messages)
            }
        }
        relay.connections.put(connection)
        return .next(.end)
    }

    private func transaction(_ recipients: [Int], _ target: MailRelay.Target) -> MailTransaction {
        var parameters = job.message.parameters
        parameters.size = nil
        parameters.body = content.body
        // RFC 4954 §5: worth something only to servers that know us.
        parameters.auth = nil
        // RFC 8689 §4.2: what doesn't leave the machine needs no TLS.
        if target.host.isLocal { parameters.requireTLS = false }
        return MailTransaction(
            from: job.message.reversePath,
            to: recipients.map { place in
                let recipient = job.recipients[place]
                return MailTransaction.Recipient(.mailbox(recipient.path), parameters: recipient.parameters)
            }, parameters: parameters)
    }

    /// Takes what the server said to each recipient.
    ///
    /// - Returns: where the recipients go that have no outcome, if this server is done with.
    private mutating func take(
        _ result: SendResult, _ recipients: [Int], _ connection: ServerConnection, _ target: MailRelay.Target
    ) -> Next? {
        var refusal: SendResult.Recipient?
        for (place, answer) in zip(recipients, result.recipients) {
            if let outcome = outcome(of: answer, connection, relayed: !result.notifiesItself) {
                settle([place], outcome)
            } else {
                refusal = answer
            }
        }
        guard let refusal else { return nil }
        let failure = AttemptFailure(refusal: refusal.reply, at: refusal.stage, from: connection.remote)
        fail(HostFailure(failure: failure, kind: .transient, preference: target.host.preference))
        return .host
    }

    /// What a reply means to a recipient; nil: another server may do better.
    private mutating func outcome(
        of answer: SendResult.Recipient, _ connection: ServerConnection, relayed: Bool
    ) -> RecipientOutcome? {
        if answer.isAccepted {
            tls = tls ?? connection.tls
            mayHaveArrived = true
            return .delivered(RemoteReply(answer.reply, relayed: relayed))
        }
        let failure = AttemptFailure(refusal: answer.reply, at: answer.stage, from: connection.remote)
        if answer.isForNow {
            // The content was sent, or it is this recipient alone: trying elsewhere at once costs more than it brings.
            let isSettled = answer.stage == .content || answer.stage == .rcpt && !answer.reply.isClosing
            return isSettled ? .postponed(failure.with(severity: 4)) : nil
        }
        // RFC 3207 §4: it wants the TLS that it offers and that has failed, and says nothing of the recipient.
        let asksForTLS =
            answer.reply.code == 530 && connection.tls == nil
            && connection.smtp.capabilities.extensions.contains(.startTLS)
        return answer.reply.isPermanent && !asksForTLS ? .refused(failure) : .postponed(failure.with(severity: 4))
    }

    /// The connection is of no more use.
    private mutating func failed(
        _ error: SMTPClientError, _ recipients: [Int], _ connection: ServerConnection, _ target: MailRelay.Target,
        isFirst: Bool
    ) -> Transacted {
        if case .content = error.reason { return .next(unreadable(error.underlying ?? error)) }
        let isSettled = error.recipients.contains { $0 != nil }
        if connection.isReused, isFirst, !isSettled, error.isStale { return .stale }
        for (place, answer) in zip(recipients, error.recipients) {
            guard let answer, let outcome = outcome(of: answer, connection, relayed: !connection.offersDSN) else {
                continue
            }
            settle([place], outcome)
        }
        let failure = HostFailure(error, from: connection.remote, preference: target.host.preference)
        fail(failure)
        if case .cancelled = error.reason { return .next(.end) }
        guard error.isSafeToRetry else {
            mayHaveArrived = true
            // RFC 1047: the server may have the message. Who waits a while may find that out by not getting it twice.
            settle(recipients.filter(remaining.contains), .postponed(failure.failure.with(severity: 4)))
            return .next(.end)
        }
        return .next(.endpoint)
    }

    /// The content is our own: no server is at fault.
    private mutating func unreadable(_ error: any Error) -> Next {
        if case QueueStoreError.damaged = error {
            settle(remaining, .held(HoldReason(.damaged, words: "The content can't be read")))
        } else {
            let failure = AttemptFailure(
                stage: .content, status: EnhancedStatusCode(4, 3, 0), words: "The content could not be read",
                isHostWide: false)
            settle(remaining, .postponed(failure))
        }
        return .end
    }
}

extension ServerConnection {
    var offersDSN: Bool { smtp.capabilities.extensions.contains(.dsn) }
}

extension SendResult {
    /// Whether the server says no more than that it closes the connection (RFC 5321 §3.8), as it does to those who are idle.
    var isGoodBye: Bool {
        !recipients.isEmpty && recipients.allSatisfy { $0.stage == .mail && $0.reply.isClosing }
    }
}

extension SendResult.Recipient {
    /// 4yz, and 552 to a recipient when it means that there are too many (RFC 5321 §4.5.3.1.10).
    var isForNow: Bool {
        if reply.isTransient { return true }
        guard reply.code == 552, stage == .rcpt else { return false }
        return reply.status.map { $0.subject == 5 && $0.detail == 3 } ?? true
    }
}

extension SMTPClientError {
    /// Whether the message is at fault, so that nothing was sent and the connection can go on.
    var isMessage: Bool {
        switch reason {
        case .fault(.messageTooBig), .fault(.needsEightBitMIME), .fault(.needsBinaryMIME), .fault(.needsSMTPUTF8),
            .fault(.needsRequireTLS), .fault(.needsFutureRelease), .fault(.needsDeliverBy), .fault(.unwritable):
            true
        case .fault(.bareNewline), .fault(.lineTooLong), .fault(.nulInContent): recipients.allSatisfy { $0 == nil }
        default: false
        }
    }

    /// Whether 7-bit content would do.
    var needsConversion: Bool {
        switch reason {
        case .fault(.needsEightBitMIME), .fault(.needsBinaryMIME), .fault(.bareNewline), .fault(.nulInContent): true
        default: false
        }
    }

    /// Whether it looks as if the server had closed the connection while it was idle.
    var isStale: Bool {
        guard isSafeToRetry else { return false }
        switch reason {
        case .connection, .fault(.connectionClosed), .fault(.messageLimitReached), .fault(.badSequence): return true
        case .fault(.refused(let reply)), .fault(.unexpectedReply(let reply)): return reply.isClosing
        default: return false
        }
    }
}
