/// The server's side of a session (RFC 5321 §3, §4), without any I/O: bytes and answers go in, actions come out.
///
/// The machine is driven by a loop that calls ``next(_:)`` with all input it has not consumed yet, carries out the action
/// that comes back, drops the consumed bytes and calls again, until the action is `read` (more input is needed) or `wait`
/// (a question or a pause is out, and the input waits). Pipelined commands so wait in the loop's buffer, in order.
///
/// The states, and how they follow each other:
///
/// - **opening**: the client connected, the greeting wasn't sent. Whoever speaks now is an early talker.
/// - **greeting**: 220 was sent (or TLS has begun); EHLO, HELO or LHLO is awaited. No mail without a name.
/// - **ready**: the client has named itself. MAIL leads to *transaction*.
/// - **authenticating**: the client was challenged (334): its next line is the response, whatever it looks like. Success and
///   failure lead back to *ready*; a client that has authenticated stays so until the session's end, or until TLS begins.
/// - **transaction**: MAIL was accepted. RCPT adds recipients; DATA and BDAT lead to *receiving*; RSET, EHLO and the end of
///   the content, whatever its fate, lead back to *ready*.
/// - **inviting**: the content may come; 354 is sent only if the client really waited for it.
/// - **receiving**: content is scanned (DATA) or counted (BDAT) and handed out in slices. Refused content is read to its end
///   all the same, so that none of it can be taken for commands.
/// - **deciding**: a question is out. The state that led to it rides along and is restored by the answer.
/// - **securing**: STARTTLS was accepted and 220 sent. No plaintext has a meaning here: any octet ends the session,
///   so injected commands have nowhere to land. ``secured()`` leads to *greeting* with everything forgotten (RFC 3207 §4.2).
/// - **closing**, **closed**: a last reply was sent; nothing more is read.
///
/// Syntax is checked first (501, 553, 555), then order (503), then policy is asked; an effect follows only the answer.
public struct ServerSession: ~Copyable {
    /// What policy is asked. Each question gets exactly one ``Answer``.
    public enum Question: Sendable, Hashable {
        /// A client connected.
        case connection
        /// The client named itself.
        case hello(CommandVerb, Domain)
        /// MAIL.
        case sender(ReversePath, MailParameters)
        /// RCPT.
        case recipient(ForwardPath, RcptParameters)
        /// AUTH: its mechanism, which was offered, and the initial response if there was one.
        case authentication(mechanism: String, response: [UInt8]?)
        /// What the client says to the challenge before.
        case authenticationResponse([UInt8])
        /// DATA or the first BDAT: is there room for content?
        case content
        /// The content is complete.
        case message
    }

    /// What policy answers.
    public enum Answer: Sendable, Hashable {
        /// Yes, with the usual words.
        case proceed
        /// With these words: yes when they are positive, else no.
        case reply(Reply)
        /// To an authentication: go on with this challenge. Yes (`proceed`) ends it with 235.
        case challenge([UInt8])
        /// For LMTP's final dot: a reply for each recipient, in order.
        case replies([Reply])
        /// No, and the connection closes.
        case disconnect(Reply)
    }

    /// What the loop has to do next.
    public enum Action: Sendable, Hashable {
        /// Bring more input.
        case read
        /// Nothing, until the question is answered or the pause is over.
        case wait
        /// Nothing: go on with the rest of the input.
        case proceed
        /// Send these octets.
        case send([UInt8])
        /// Ask policy, then call ``ServerSession/answer(_:)``.
        case ask(Question)
        /// Call ``ServerSession/pauseEnded()`` after this time.
        case pause(Duration)
        /// These octets of the input are content of the message.
        case content(Range<Int>)
        /// Begin the TLS handshake; then call ``ServerSession/secured()``.
        case secure
        /// Close the connection when all is sent.
        case close
    }

    /// An action, and how much of the input it used up.
    public struct Step: Sendable, Hashable {
        /// Octets at the start of the input that are done with.
        public let consumed: Int
        /// What to do.
        public let action: Action
    }

    struct Greeting: Sendable, Hashable {
        let verb: CommandVerb
        let domain: Domain
    }

    struct Transaction: Sendable {
        let parameters: MailParameters
        var recipients = 0
        var refusedRecipients = 0
        /// Set by the first BDAT: the content so far, waiting for the next chunk.
        var chunked: Content?
    }

    struct Content: Sendable {
        var scanner: MailDataScanner
        var size: UInt64 = 0
        /// Why the content is refused; it is then read and dropped.
        var refusal: Reply?
    }

    enum Extent: Sendable {
        case untilDot
        case chunk(remaining: UInt64, last: Bool)
    }

    enum State: Sendable {
        case opening
        case greeting
        case ready(Greeting)
        case authenticating(Greeting)
        case transaction(Greeting, Transaction)
        case inviting(Greeting, Transaction)
        case receiving(Greeting, Transaction, Content, Extent)
        /// A chunk that belongs to no transaction: RFC 3030 §2 has it read all the same.
        case skipping(remaining: UInt64, reply: Reply, then: Resting)
        case deciding(Pending)
        case securing(announced: Bool)
        case closing
        case closed
    }

    /// A state that waits for commands, kept to come back to it.
    enum Resting: Sendable {
        case greeting
        case ready(Greeting)
        case transaction(Greeting, Transaction)
    }

    enum Pending: Sendable {
        case hello(Greeting, before: Resting)
        case authentication(Greeting)
        case sender(Greeting, MailParameters)
        case recipient(Greeting, Transaction)
        case content(Greeting, Transaction, Extent)
        case message(Greeting, Transaction)
    }

    let configuration: Configuration
    var encryption: Encryption
    var state = State.opening
    var errors = 0
    var junk = 0
    var authenticationFailures = 0
    /// Set while a pause is out: what to send when it is over.
    private var held: [UInt8]?
    private var connectionAllowed = false
    /// True after QUIT.
    public internal(set) var saidGoodBye = false
    /// True after AUTH succeeded.
    public internal(set) var isAuthenticated = false
    /// The mechanisms that AUTH offers; which they are may depend on the TLS that began.
    public var mechanisms: [String]
    /// Ill conduct that was noted.
    public internal(set) var violations: Set<Violation> = []

    /// A machine for one connection.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        encryption = configuration.encryption
        mechanisms = configuration.mechanisms
    }

    /// True between an accepted MAIL and the end of its transaction.
    public var inTransaction: Bool {
        switch state {
        case .transaction, .inviting, .receiving: true
        case .skipping(_, _, .transaction): true
        case .deciding(.recipient), .deciding(.content), .deciding(.message), .deciding(.hello(_, .transaction)): true
        case .opening, .greeting, .ready, .authenticating, .skipping, .deciding, .securing, .closing, .closed: false
        }
    }

    /// True when the client's next line is a response to a challenge: no command, and not to be shown to anybody.
    public var isAuthenticating: Bool {
        if case .authenticating = state { true } else { false }
    }

    /// True while content is on its way.
    public var isReceiving: Bool {
        switch state {
        case .receiving, .skipping: true
        default: false
        }
    }

    /// True when the session has ended.
    public var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    /// The client connected: the first event.
    public mutating func open() -> Action { .ask(.connection) }

    /// Goes on with the input that was not consumed yet.
    public mutating func next(_ input: Span<UInt8>) -> Step {
        if held != nil, !isOpening { return Step(consumed: 0, action: .wait) }
        switch state {
        case .opening:
            state = .opening
            return Step(consumed: 0, action: opening(spoken: !input.isEmpty))
        case .securing(let announced):
            // RFC 3207 §4.2, threat of injection: an octet here is plaintext that was sent before the handshake.
            state = announced && input.isEmpty ? .securing(announced: true) : .closed
            guard announced else {
                guard input.isEmpty else { return Step(consumed: input.count, action: .close) }
                state = .securing(announced: true)
                return Step(consumed: 0, action: .secure)
            }
            return Step(consumed: input.count, action: input.isEmpty ? .wait : .close)
        case .closing:
            state = .closed
            return Step(consumed: input.count, action: .close)
        case .closed:
            state = .closed
            return Step(consumed: input.count, action: .close)
        case .deciding(let pending):
            state = .deciding(pending)
            return Step(consumed: 0, action: .wait)
        case .inviting(let greeting, let transaction):
            return invite(greeting, transaction, spoken: !input.isEmpty)
        case .receiving(let greeting, let transaction, let content, let extent):
            return receive(greeting, transaction, content, extent, input)
        case .skipping(let remaining, let reply, let origin):
            return skip(remaining, reply, origin, input)
        case .greeting:
            state = .greeting
            return command(input)
        case .authenticating(let greeting):
            return response(greeting, input)
        case .ready(let greeting):
            state = .ready(greeting)
            return command(input)
        case .transaction(let greeting, let transaction):
            state = .transaction(greeting, transaction)
            return command(input)
        }
    }

    /// Policy's answer to the question that is out.
    public mutating func answer(_ answer: Answer) -> Action {
        if case .disconnect(let reply) = answer {
            state = .closing
            return .send(reply.bytes)
        }
        if case .challenge = answer {
            guard case .deciding(.authentication) = state else { return hangUp(ReplyWords.localError.postponing) }
        }
        switch state {
        case .opening:
            state = .opening
            return answerConnection(answer)
        case .deciding(.authentication(let greeting)):
            return answerAuthentication(answer, greeting)
        case .deciding(.hello(let greeting, let before)):
            return answerHello(answer, greeting, before)
        case .deciding(.sender(let greeting, let parameters)):
            return answerSender(answer, greeting, parameters)
        case .deciding(.recipient(let greeting, let transaction)):
            return answerRecipient(answer, greeting, transaction)
        case .deciding(.content(let greeting, let transaction, let extent)):
            return answerContent(answer, greeting, transaction, extent)
        case .deciding(.message(let greeting, let transaction)):
            return answerMessage(answer, greeting, transaction)
        case let other:
            state = other
            return .wait
        }
    }

    /// The pause is over.
    public mutating func pauseEnded() -> Action {
        guard let bytes = held else { return .wait }
        held = nil
        if isOpening { state = .greeting }
        return .send(bytes)
    }

    /// The TLS handshake succeeded: everything said before is forgotten (RFC 3207 §4.2).
    public mutating func secured() {
        encryption = .active
        violations = []
        isAuthenticated = false
        if case .securing = state { state = .greeting }
    }

    /// Ends the session from our side with a last reply, for example ``Reply/timedOut``. Nil when it has ended already.
    public mutating func end(_ reply: Reply) -> Action {
        held = nil
        switch state {
        case .closed, .closing, .securing:
            state = .closed
            return .close
        default:
            state = .closing
            return .send(reply.bytes)
        }
    }

    /// The connection is gone.
    public mutating func disconnected() { state = .closed }

    // MARK: opening

    private var isOpening: Bool {
        if case .opening = state { true } else { false }
    }

    private mutating func opening(spoken: Bool) -> Action {
        if spoken {
            violations.insert(.earlyTalker)
            guard configuration.earlyTalker == .note else {
                held = nil
                return hangUp(ReplyWords.earlyTalker.rejecting)
            }
        }
        // Without a delay it is policy that may have taken its time.
        guard connectionAllowed, configuration.greetingDelay <= .zero else { return spoken ? .wait : .read }
        return pauseEnded()
    }

    private mutating func answerConnection(_ answer: Answer) -> Action {
        guard !connectionAllowed else { return .wait }
        if case .reply(let reply) = answer, !reply.isPositive {
            state = .closing
            return .send(reply.bytes)
        }
        connectionAllowed = true
        held = Reply(220, nil, lines: [configuration.hostName.bytes + Array(dialectName.utf8)]).bytes
        guard configuration.greetingDelay > .zero else { return .proceed }
        return .pause(configuration.greetingDelay)
    }

    private var dialectName: String { configuration.dialect == .lmtp ? " LMTP Samotop" : " ESMTP Samotop" }

    // MARK: errors

    /// Answers a command that failed; the session ends when its budget of errors is used up.
    mutating func fail(_ reply: Reply) -> Action {
        errors += 1
        if errors > configuration.maximumErrors {
            state = .closing
            return .send(ReplyWords.tooManyErrors.disconnecting(permanent: false).bytes)
        }
        guard configuration.errorDelay > .zero else { return .send(reply.bytes) }
        held = reply.bytes
        return .pause(configuration.errorDelay)
    }

    /// Answers a command that policy refused. As long as the transaction has a recipient, a few that don't exist cost nothing:
    /// a message to many must not fail for good because some of its recipients are gone.
    mutating func refuse(_ reply: Reply, in transaction: Transaction) -> Action {
        guard transaction.recipients > 0, transaction.refusedRecipients <= configuration.maximumRecipients else {
            return fail(reply)
        }
        return .send(reply.bytes)
    }

    /// Answers a command that does nothing for a mail; such commands have a budget too.
    mutating func idle(_ reply: Reply) -> Action { countJunk() ?? .send(reply.bytes) }

    /// Ends the session when its budget of idle commands is used up.
    mutating func countJunk() -> Action? {
        junk += 1
        guard junk > configuration.maximumJunkCommands else { return nil }
        return hangUp(ReplyWords.tooManyCommands.disconnecting(permanent: false))
    }

    /// Says a last word and closes.
    mutating func hangUp(_ reply: Reply) -> Action {
        state = .closing
        return .send(reply.bytes)
    }
}
