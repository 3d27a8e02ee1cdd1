public import SMTP

/// The loop (room 3): the one place that knows both the session machine and the desk.
///
/// Whoever owns the connection (a channel handler, a test) feeds it input and carries out the effects:
///
///     while true {
///         var consumed = 0
///         let effect = session.next(input.span, consumed: &consumed)
///         input.removeFirst(consumed)
///         … carry out; return when it is `read` or `wait`
///     }
///
/// A session belongs to one context (event loop, test) and is used from there only; `wake` may be called from any thread
/// and has to lead to another `next` in that context.
public final class MailSession {
    /// What the owner of the connection does next.
    public enum Effect: Sendable, Hashable {
        /// Bring more input.
        case read
        /// Nothing, until `wake` is called; don't read meanwhile.
        case wait
        /// Send these octets.
        case send([UInt8])
        /// Call ``MailSession/pauseEnded()`` after this time.
        case pause(Duration)
        /// Begin the TLS handshake, then call ``MailSession/secured(_:)``.
        case secure
        /// Close when all is sent.
        case close
    }

    /// What the session is about, as guards and observers see it.
    public private(set) var facts: Session

    private let service: MailService
    private let wake: @Sendable () -> Void
    private let executor: (any TaskExecutor)?
    private var machine: ServerSession
    private var queued: ServerSession.Action?
    private var pending: PendingDecision?
    private var incoming: IncomingMessage?
    /// The exchange that a challenge is out in.
    private var exchange: (any AuthenticationExchange)?
    /// Messages whose 250 the client has not confirmed yet by saying something more.
    private var unconfirmed: [ReceivedMessage] = []
    /// Octets that had come before that 250 was made: they confirm nothing.
    private var earlyInput = 0
    /// What a greeting starts from: the connection's evidence and record.
    private var connectionFindings = Findings()
    /// What a transaction starts from: the greeting's as well.
    private var helloFindings = Findings()
    private var isGone = false

    /// A session for a client that has just connected.
    ///
    /// - Parameters:
    ///   - encryption: `.active` when the connection began inside TLS; give `tls` then.
    ///   - executor: where questions that had to wait go on: the connection's event loop saves two changes of thread.
    ///   - wake: see above.
    public init(
        _ service: MailService, role: Role, client: ClientAddress, encryption: ServerSession.Encryption,
        tls: TLSFacts? = nil, executor: (any TaskExecutor)? = nil, wake: @escaping @Sendable () -> Void
    ) {
        self.service = service
        self.executor = executor
        self.wake = wake
        machine = ServerSession(service.configuration(role, encryption))
        facts = Session(id: String(service.identifiers.next().suffix(13)), role: role, client: client, tls: tls)
        // Where one authenticates, the network says nothing.
        facts.submitter = role == .submission ? nil : service.relaying.submitter(facts)
        machine.mechanisms = service.mechanisms(for: facts)
        queued = machine.open()
        tell(.opened)
    }

    /// True between MAIL and the end of its transaction.
    public var inTransaction: Bool { machine.inTransaction }
    /// True while content is on its way: time-outs and minimum data rates differ then.
    public var isReceiving: Bool { machine.isReceiving }
    /// True while the desk is asked: the client can't be blamed for silence.
    public var isDeciding: Bool { pending != nil }

    /// True when the client ended the session with QUIT: it sends nothing more, and the connection can be closed at once.
    public var saidGoodBye: Bool { machine.saidGoodBye }

    /// Goes on with the input that was not consumed yet.
    public func next(_ input: Span<UInt8>, consumed: inout Int) -> Effect {
        while true {
            if let action = queued {
                queued = nil
                if let effect = carryOut(action) { return effect }
                continue
            }
            if let question = pending {
                guard let decision = question.take() else { return .wait }
                pending = nil
                apply(decision)
                if case .delivered = decision.effect { earlyInput = input.count - consumed }
                continue
            }
            if let intake = incoming?.intake, !intake.hasRoom { return .wait }
            let rest = input.extracting(consumed..<input.count)
            if !unconfirmed.isEmpty, rest.count > earlyInput { unconfirmed = [] }
            let wasReceiving = machine.isReceiving
            let wasAuthenticating = machine.isAuthenticating
            let step = machine.next(rest)
            if !wasReceiving, step.consumed > 0, service.tellsDialogue {
                tellCommand(rest, step.consumed, isSecret: wasAuthenticating)
            }
            consumed += step.consumed
            earlyInput = max(0, earlyInput - step.consumed)
            if case .content(let range) = step.action {
                take(rest.extracting(range))
            } else if let effect = carryOut(step.action) {
                return effect
            }
        }
    }

    /// Called now and then while the client is silent: lets go of content that was kept until a 250 is confirmed.
    ///
    /// A fingerprint of it is remembered instead, as if the 250 had got lost.
    public func rest() { rememberUnconfirmed() }

    /// The pause is over.
    public func pauseEnded() { queued = machine.pauseEnded() }

    /// The TLS handshake succeeded.
    public func secured(_ tls: TLSFacts) {
        machine.secured()
        forgetTransaction()
        facts.hello = nil
        facts.findings = connectionFindings
        helloFindings = connectionFindings
        facts.violations = []
        facts.tls = tls
        exchange = nil
        if facts.role == .submission { facts.submitter = nil }
        machine.mechanisms = service.mechanisms(for: facts)
        tell(.secured(tls))
    }

    /// Ends the session from our side with a last reply.
    public func end(_ reply: Reply) {
        queued = machine.end(reply)
        abandonQuestion()
        forgetTransaction()
    }

    /// The connection is gone: whatever was not acknowledged does not exist.
    public func disconnected() {
        guard !isGone else { return }
        isGone = true
        machine.disconnected()
        forgetTransaction()
        // A QUIT sent together with the message's end is taken for its confirmation.
        if machine.saidGoodBye { unconfirmed = [] }
        rememberUnconfirmed()
        abandonQuestion()
        tell(.closed)
    }

    private func rememberUnconfirmed() {
        for message in unconfirmed { service.unconfirmed.add(message, at: service.clock.now()) }
        unconfirmed = []
    }

    // MARK: actions

    private func carryOut(_ action: ServerSession.Action) -> Effect? {
        if !machine.inTransaction, incoming != nil, pending == nil { forgetTransaction() }
        facts.violations.formUnion(machine.violations)
        switch action {
        case .read: return .read
        case .wait: return .wait
        case .proceed: return nil
        case .send(let bytes):
            if service.tellsDialogue { tell(.sent(bytes)) }
            return .send(bytes)
        case .pause(let time): return .pause(time)
        case .secure: return .secure
        case .close: return .close
        case .ask(let question):
            ask(question)
            return nil
        case .content: return nil
        }
    }

    private func ask(_ question: ServerSession.Question) {
        let decision = PendingDecision(wake: wake)
        pending = decision
        let (service, facts, executor) = (service, facts, executor)
        switch question {
        case .connection:
            Self.start(decision, executor) { await service.connection(facts) }
        case .hello(let verb, let domain):
            let start = connectionFindings
            Self.start(decision, executor) {
                await service.hello(HelloCommand(verb: verb, domain: domain), facts, from: start)
            }
        case .sender(let path, let parameters):
            let start = helloFindings
            Self.start(decision, executor) { await service.sender(path, parameters, facts, from: start) }
        case .recipient(let path, let parameters):
            guard let envelope = incoming?.envelope else { return fail(decision) }
            Self.start(decision, executor) { await service.recipient(path, parameters, envelope, facts) }
        case .authentication(let mechanism, let response):
            let begun = service.submission?.authenticator.begin(mechanism, in: facts)
            Self.start(decision, executor) { await service.authenticate(begun, response, facts) }
        case .authenticationResponse(let response):
            let exchange = exchange
            self.exchange = nil
            Self.start(decision, executor) { await service.authenticate(exchange, response, facts) }
        case .content:
            guard let envelope = incoming?.envelope else { return fail(decision) }
            decision.make(service.content(envelope, facts, wake: wake))
        case .message:
            if let refusal = incoming?.settle() {
                tell(refusal)
                return fail(decision, refusal.reply)
            }
            guard let incoming, let intake = incoming.intake else { return fail(decision) }
            let (envelope, taps) = (incoming.envelope, incoming.taps)
            Self.start(decision, executor) {
                await service.message(envelope, intake, taps, facts) { !decision.isAbandoned }
            }
        }
    }

    /// Runs until the desk really waits for something; so most questions are answered within this call.
    private nonisolated static func start(
        _ decision: PendingDecision, _ executor: (any TaskExecutor)?, _ decide: sending @escaping () async -> Decision
    ) {
        Task.immediate(executorPreference: executor) { decision.make(await decide()) }
    }

    private func fail(_ decision: PendingDecision, _ reply: Reply? = nil) {
        decision.make(Decision(answer: .reply(reply ?? ReplyWords.localError.postponing), session: facts))
    }

    private func apply(_ decision: Decision) {
        let violations = facts.violations
        facts = decision.session
        facts.violations.formUnion(violations)
        for event in decision.news { tell(event) }
        switch decision.effect {
        case .none: break
        case .connected: connectionFindings = facts.findings
        case .greeted: helloFindings = facts.findings
        case .exchanging(let next): exchange = next
        case .began(let envelope): incoming = IncomingMessage(envelope, from: facts.role, for: service)
        case .added(let recipient): incoming?.envelope.recipients.append(recipient)
        case .opened(let intake, let taps): incoming?.open(intake, taps)
        case .delivered(let messages): unconfirmed += messages
        }
        queued = machine.answer(decision.answer)
    }

    /// Nobody waits for the answer any more. If the message was being delivered, its acknowledgement is lost, the message is not.
    private func abandonQuestion() {
        guard let question = pending else { return }
        pending = nil
        let (service, clock) = (service, service.clock)
        question.whenMade { decision in
            guard case .delivered(let messages) = decision.effect else { return }
            for message in messages { service.unconfirmed.add(message, at: clock.now()) }
        }
    }

    // MARK: content

    private func take(_ slice: Span<UInt8>) {
        guard let refusal = incoming?.take(slice) else { return }
        tell(refusal)
        machine.refuseContent(refusal.reply)
        incoming?.discard()
    }

    private func forgetTransaction() {
        incoming?.discard()
        incoming = nil
    }

    // MARK: observers

    private func tell(_ event: SessionEvent) {
        for observer in service.observers { observer.observe(event, in: facts) }
    }

    private func tell(_ refusal: IncomingMessage.Refusal) {
        if let cause = refusal.cause { tell(.failed(cause: cause)) }
    }

    private func tellCommand(_ input: Span<UInt8>, _ consumed: Int, isSecret: Bool) {
        if isSecret { return tell(.received(Array("(a response)".utf8))) }
        var line: [UInt8] = []
        for index in 0..<min(consumed, ServerSession.maximumBufferedLine)
        where input[index] != 0x0D && input[index] != 0x0A {
            line.append(input[index])
        }
        // An initial response is a password as often as not.
        if CommandVerb(of: line.span) == .auth, let end = line.indices.filter({ line[$0] == 0x20 }).dropFirst().first {
            line.replaceSubrange(end..., with: Array(" (a response)".utf8))
        }
        tell(.received(line))
    }
}
