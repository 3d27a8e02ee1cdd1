import InternetMessage
import SMTP

/// What the desk decided: the machine's answer, with the facts as the guards left them.
struct Decision: Sendable {
    var answer: ServerSession.Answer
    var session: Session
    var effect: Effect = .none
    /// Records made for this question, for the observers.
    var news: [SessionEvent] = []

    enum Effect: Sendable {
        case none
        case connected
        case greeted
        case began(Envelope)
        case added(Recipient)
        /// An authentication goes on here.
        case exchanging(any AuthenticationExchange)
        /// With a tap for each guard, and then for each signer, that asked for one.
        case opened(any SpoolIntake, taps: [(any ContentTap)?])
        /// For LMTP one for each recipient that got it.
        case delivered([ReceivedMessage])
    }
}

extension MailService {
    /// Asks the guards in order; the first answer other than `.pass` is final. Nil: all passed or one accepted.
    private func ask(
        _ stage: Stage, _ decision: inout Decision,
        _ asking: ((offset: Int, element: any MailGuard), inout Session) async throws -> Verdict
    ) async -> Bool {
        var isAccepted = false
        for (offset, guardian) in guards.enumerated() {
            if guardian.isForStrangers, !decision.session.isStranger { continue }
            if isAccepted, !guardian.isAlwaysAsked { continue }
            var session = decision.session
            let verdict: Verdict
            do {
                verdict = try await asking((offset, guardian), &session)
                decision.session = session
            } catch {
                verdict = .postpone(Refusal(.localError, cause: "the guard failed: \(type(of: error))"))
            }
            guard verdict != .pass else { continue }
            guard settle(stage, guardian.name, verdict, &decision) else { return false }
            isAccepted = true
        }
        return true
    }

    /// Records a verdict and turns it into an answer. True: go on.
    func settle(_ stage: Stage, _ judge: String, _ verdict: Verdict, _ decision: inout Decision) -> Bool {
        let record = JudgementRecord(stage: stage, judge: judge, verdict: verdict)
        decision.session.record.append(record)
        decision.news.append(.judged(record))
        switch verdict {
        case .pass, .accept:
            return true
        // RFC 5321 §4.3.2: instead of the greeting only 421 or 554 may come.
        case .postpone(let refusal) where stage == .connection:
            decision.answer = .disconnect(refusal.words.disconnecting(permanent: false))
        case .reject(let refusal) where stage == .connection:
            decision.answer = .disconnect(refusal.words.disconnecting(permanent: true))
        case .postpone(let refusal):
            decision.answer = .reply(refusal.words.postponing)
        case .reject(let refusal):
            decision.answer = .reply(refusal.words.rejecting)
        case .disconnect(let refusal):
            decision.answer = .disconnect(refusal.words.disconnecting(permanent: false))
        }
        return false
    }

    func connection(_ session: Session) async -> Decision {
        var decision = Decision(answer: .proceed, session: session, effect: .connected)
        _ = await ask(.connection, &decision) { try await $0.element.connection(&$1) }
        return decision
    }

    func hello(_ hello: HelloCommand, _ session: Session, from start: MailSession.Findings) async -> Decision {
        var decision = Decision(answer: .proceed, session: session)
        decision.session.hello = hello
        decision.session.findings = start
        if await ask(.hello, &decision, { try await $0.element.hello(&$1) }) {
            decision.effect = .greeted
        } else {
            // RFC 5321 §4.1.4: a refused EHLO changes nothing, but it is on record.
            decision.session.hello = session.hello
            decision.session.evidence = session.evidence
            decision.session.record = session.record + decision.session.record.dropFirst(start.record.count)
        }
        return decision
    }

    func sender(
        _ path: ReversePath, _ parameters: MailParameters, _ session: Session, from start: MailSession.Findings
    ) async -> Decision {
        var parameters = parameters
        // RFC 4954 §5: whom a client names there is for servers that trust it.
        parameters.auth = nil
        let envelope = Envelope(
            id: identifiers.next(), reversePath: path, parameters: parameters, submitter: session.submitter)
        var decision = Decision(answer: .proceed, session: session)
        decision.session.findings = start
        if await ask(.sender, &decision, { try await $0.element.sender(envelope, &$1) }) {
            decision.effect = .began(envelope)
        }
        return decision
    }

    func recipient(
        _ path: ForwardPath, _ parameters: RcptParameters, _ envelope: Envelope, _ session: Session
    ) async -> Decision {
        var decision = Decision(answer: .proceed, session: session)
        let answer: DirectoryAnswer
        do {
            answer = routed(try await agent.resolve(path), path, session)
        } catch {
            let refusal = Refusal(.localError, cause: "the directory failed: \(type(of: error))")
            _ = settle(.recipient, "directory", .postpone(refusal), &decision)
            return decision
        }
        switch answer {
        case .destinations where path.isRewrittenSender && envelope.reversePath != .null:
            // No guard's `.accept` lifts it: such an address leads bounces back, and nothing else to anybody.
            let refusal = Refusal(.relayingDenied, cause: "a rewritten sender takes bounces alone")
            _ = settle(.recipient, "relay rule", .reject(refusal), &decision)
        case .destinations(let destinations):
            let recipient = Recipient(path: path, parameters: parameters, destinations: destinations)
            if await ask(.recipient, &decision, { try await $0.element.recipient(recipient, envelope, &$1) }) {
                decision.effect = .added(recipient)
            }
        case .unknownMailbox where path.namesAnotherDestination, .notLocal:
            // The relay rule. No guard's `.accept` lifts it: it comes before them.
            let refusal = Refusal(.relayingDenied, cause: "not a domain of ours")
            _ = settle(.recipient, "relay rule", .reject(refusal), &decision)
        case .unknownMailbox:
            let refusal = Refusal(.unknownMailbox, cause: "no such mailbox")
            _ = settle(.recipient, "directory", .reject(refusal), &decision)
        case .unavailable(let refusal):
            _ = settle(.recipient, "directory", .postpone(refusal), &decision)
        }
        return decision
    }

    /// What isn't local goes out to other servers, when the relay rule lets it.
    private func routed(_ answer: DirectoryAnswer, _ path: ForwardPath, _ session: Session) -> DirectoryAnswer {
        guard answer == .notLocal, session.submitter != nil, !path.namesAnotherDestination,
            case .mailbox(let mailbox) = path, relaying.permits(mailbox)
        else { return answer }
        return .destinations([.remote(mailbox)])
    }

    func content(_ envelope: Envelope, _ session: Session, wake: @escaping @Sendable () -> Void) -> Decision {
        var decision = Decision(answer: .proceed, session: session)
        do {
            let intake = try spool.open(declaredSize: envelope.parameters.size, wake: wake)
            decision.effect = .opened(
                intake, taps: guards.map { $0.tap(envelope, session) } + signers.map { $0.tap(envelope, session) })
        } catch {
            decision.answer = .reply(error.reply)
            decision.news.append(.failed(cause: error.cause))
        }
        return decision
    }

    /// - Parameter isWanted: false when the client has left: nothing is delivered then (its 250 can't be said).
    func message(
        _ envelope: Envelope, _ intake: any SpoolIntake, _ taps: [(any ContentTap)?], _ session: Session,
        isWanted: @Sendable () -> Bool
    ) async -> Decision {
        var decision = Decision(answer: .proceed, session: session)
        let now = clock.now()
        let content: any MailContent
        do {
            content = try await intake.finish()
        } catch {
            let error = error as? SpoolError ?? .failed(cause: "the spool failed: \(type(of: error))")
            decision.answer = .reply(error.reply)
            decision.news.append(.failed(cause: error.cause))
            return decision
        }
        decision.news.append(.content(octets: content.count))
        let message = ReceivedMessage(envelope: envelope, trace: [], content: content, received: now)
        let isTaken = await take(message, taps, &decision, isWanted)
        for guardian in guards { await guardian.settled(message, isTaken: isTaken, decision.session) }
        return decision
    }

    /// Judges, signs and delivers. True: it is somebody's now.
    private func take(
        _ message: ReceivedMessage, _ taps: [(any ContentTap)?], _ decision: inout Decision,
        _ isWanted: @Sendable () -> Bool
    ) async -> Bool {
        let isWelcome = await ask(.message, &decision) { guardian, session in
            try await guardian.element.message(message, tap: taps[guardian.offset], &session)
        }
        guard isWelcome else { return false }
        var filed = ReceivedMessage(
            envelope: message.envelope.filed(in: decision.session.folders), trace: [], content: message.content,
            received: message.received)
        guard let signatures = await sign(filed, taps.dropFirst(guards.count), &decision) else { return false }
        filed.trace = trace(message.envelope, decision.session, signatures, message.received)
        return await deliver(filed, &decision, isWanted)
    }

    /// The fields that signers put on top; nil when the message can't be taken without.
    private func sign(
        _ message: ReceivedMessage, _ taps: ArraySlice<(any ContentTap)?>, _ decision: inout Decision
    ) async -> [UInt8]? {
        var fields: [UInt8] = []
        for (signer, tap) in zip(signers, taps) {
            guard let tap else { continue }
            do {
                fields += try await signer.fields(for: message, tap: tap, decision.session)
            } catch {
                let failure =
                    error as? SigningFailure
                    ?? .postponed(Refusal(.localError, cause: "the signer failed: \(type(of: error))"))
                _ = settle(.message, signer.name, failure.verdict, &decision)
                return nil
            }
        }
        return fields
    }

    /// True: a recipient's copy was delivered, now or before.
    private func deliver(
        _ message: ReceivedMessage, _ decision: inout Decision, _ isWanted: @Sendable () -> Bool
    ) async -> Bool {
        var delivered: [ReceivedMessage] = []
        var replies: [Reply] = []
        for part in parts(of: message, decision.session.role) {
            // RFC 1047: the same message again after a 250 that got lost is the same message.
            if await unconfirmed.contains(part, at: part.received) {
                replies.append(.delivered)
            } else if !isWanted() {
                replies.append(ReplyWords.localError.postponing)
            } else if let failure = await attempt(message, part.envelope.recipients, &decision) {
                replies.append(failure)
            } else {
                replies.append(.delivered)
                delivered.append(part)
            }
        }
        switch decision.session.role {
        case .lmtp: decision.answer = .replies(replies)
        case .mx, .submission: decision.answer = replies.first.map { .reply($0) } ?? .proceed
        }
        if !delivered.isEmpty { decision.effect = .delivered(delivered) }
        return replies.contains(.delivered)
    }

    /// RFC 2033 §4.2: in LMTP each recipient has a fate, and a reply, of its own.
    private func parts(of message: ReceivedMessage, _ role: Role) -> [ReceivedMessage] {
        guard role == .lmtp else { return [message] }
        return message.envelope.recipients.map { recipient in
            var envelope = message.envelope
            envelope.recipients = [recipient]
            return ReceivedMessage(
                envelope: envelope, trace: message.trace, content: message.content, received: message.received)
        }
    }

    private func attempt(_ message: ReceivedMessage, _ recipients: [Recipient], _ decision: inout Decision) async
        -> Reply?
    {
        do {
            try await agent.deliver(message, to: recipients)
            let octets = message.trace.count + message.content.count
            decision.news.append(
                .delivered(id: message.envelope.id, recipients: recipients.count, octets: octets))
            return nil
        } catch {
            let error = error as? DeliveryError ?? .failed(cause: "the delivery agent failed: \(type(of: error))")
            decision.news.append(.failed(cause: error.cause))
            return error.reply
        }
    }
}

extension Envelope {
    /// The same envelope, with the folders that guards chose in its recipients' destinations. What is filed apart for somebody is not
    /// forwarded in their name.
    fileprivate func filed(in folders: [String: String]) -> Envelope {
        guard !folders.isEmpty else { return self }
        var filed = self
        filed.recipients = recipients.map { recipient in
            var isFiledApart = false
            var destinations = recipient.destinations.map { destination in
                // Also where the address names a folder of its own.
                guard let name = destination.mailbox, let folder = folders[name], !folder.isEmpty else {
                    return destination
                }
                isFiledApart = true
                return Destination.folder(folder, of: name)
            }
            if isFiledApart { destinations.removeAll { $0.mailbox == nil } }
            return Recipient(path: recipient.path, parameters: recipient.parameters, destinations: destinations)
        }
        return filed
    }
}

extension Reply {
    static let delivered = Reply(250, EnhancedStatusCode(2, 0, 0), "OK")
}

extension SpoolError {
    var reply: Reply {
        switch self {
        case .insufficientStorage: ReplyWords.insufficientStorage.postponing
        case .failed: ReplyWords.localError.postponing
        }
    }

    var cause: String {
        switch self {
        case .insufficientStorage(let cause), .failed(let cause): cause
        }
    }
}

extension DeliveryError {
    var reply: Reply {
        switch self {
        case .insufficientStorage: ReplyWords.insufficientStorage.postponing
        case .failed: ReplyWords.localError.postponing
        }
    }

    var cause: String {
        switch self {
        case .insufficientStorage(let cause), .failed(let cause): cause
        }
    }
}
