/// The client's side of a session (RFC 5321 §3, §4), without any I/O: replies and wishes go in, actions come out.
///
/// The machine is driven by a loop that calls ``next(_:)`` with all input it has not consumed yet, carries out the action that
/// comes back, drops the consumed bytes and calls again, until the action is `read`. Between transactions the loop may call
/// ``begin(_:_:)``, ``authenticate(_:initialResponse:)``, ``command(_:)`` or ``quit()``, and carries out the action that these bring.
///
/// The states, and how they follow each other:
///
/// - **opening**: connected (or the TLS handshake of an implicit TLS port is over); the greeting is awaited.
/// - **hello**: EHLO or LHLO was sent; or HELO, to a server that doesn't know EHLO.
/// - **startingTLS**: STARTTLS was sent. 220 leads to *securing*, a refusal back to *ready* if TLS is only opportunistic.
/// - **securing**: the handshake is under way. An octet of input now is plaintext that somebody put behind the 220: it ends the
///   session (RFC 3207 §5). ``secured()`` forgets what was learned in clear and leads to *hello*.
/// - **ready**: nothing is awaited. Octets that come all the same are the server's good-bye or a broken session.
/// - **authenticating**, **commanding**, **quitting**: a reply to AUTH, to a command of the caller's or to QUIT is awaited.
/// - **exchanging**: replies to RSET, MAIL, RCPT and DATA are awaited, in this order. With PIPELINING all of them were sent at once.
/// - **sending**: the server waits for content; the loop brings it and says when it ends. A reply that comes before is the
///   server's way of giving up.
/// - **lone**: DATA was answered with 354 though nobody may get the message: the lone dot was sent (RFC 2920 §3.1).
/// - **ending**: all content was sent; the reply that matters is awaited, or one for each recipient (LMTP). Another transaction may begin
///   here (``beginNext(_:_:)``); then *exchanging* follows.
/// - **leaving**: the server said 421; what was settled is told, then the connection closes.
/// - **closed**: over.
public struct ClientSession: ~Copyable {
    /// What the loop has to do next.
    public enum Action: Sendable, Hashable {
        /// Bring more input: a reply is awaited, or, in *ready*, nothing is.
        case read
        /// Go on with the rest of the input.
        case proceed
        /// Send these octets.
        case send([UInt8])
        /// Begin the TLS handshake; then call ``ClientSession/secured()``.
        case secure
        /// The session is ready for the first transaction.
        case ready
        /// Send content, framed like this: see ``Framing``.
        case content(Framing)
        /// Answer the server's challenge (base64, as sent) with ``ClientSession/respond(_:)`` or ``ClientSession/cancelAuthentication()``.
        case challenge([UInt8])
        /// AUTH has succeeded or failed with this reply.
        case authentication(ServerReply)
        /// The transaction is over.
        case finished(SendResult)
        /// The reply to the caller's command.
        case reply(ServerReply)
        /// Close the connection: this went wrong at this stage.
        case fail(ClientFault, ClientStage)
        /// Close the connection: all is said.
        case close
    }

    /// How content is framed.
    public enum Framing: Sendable, Hashable {
        /// Send it all through a ``MailDataWriter`` with this allowance, its ``MailDataWriter/end()`` included, and call
        /// ``ClientSession/contentEnded()`` just before the last octets.
        case dot(MailDataWriter.Allowance)
        /// Send one chunk: ask ``ClientSession/chunk(octets:isLast:)`` for what comes before it. Text is watched with the allowance;
        /// nil: it is binary.
        case chunks(MailDataWriter.Allowance?)
    }

    /// An action, and how much of the input it used up.
    public struct Step: Sendable, Hashable {
        /// Octets at the start of the input that are done with.
        public let consumed: Int
        /// What to do.
        public let action: Action
    }

    enum State: Sendable {
        case opening
        case hello(CommandVerb)
        case startingTLS
        case securing
        case ready
        case authenticating(initialResponse: [UInt8]?)
        case commanding(CommandVerb?)
        case exchanging(Exchange)
        case sending(Framing, Chunks)
        case lone
        case ending(answered: Int)
        case leaving
        case quitting
        case closed
    }

    /// Where a transaction stands before its content.
    struct Exchange: Sendable {
        enum Awaited: Sendable {
            case reset, mail, recipient(Int), data
        }
        var awaited: Awaited
        let framing: Framing
        /// The lines of MAIL and RCPT that wait for the reply to the one before; nil when all were sent at once.
        let unsent: [[UInt8]]?
        var sender: ServerReply?
    }

    /// Chunks that were sent and not answered.
    struct Chunks: Sendable {
        var outstanding = 0
        var isLastSent = false
        var refusal: ServerReply?
    }

    /// BDAT commands that may be unanswered at a time, where pipelining allows several.
    static let maximumOutstandingChunks = 4

    let configuration: Configuration
    var state = State.opening
    private var parser: ReplyParser
    /// Whether the session is inside TLS.
    public private(set) var isSecure: Bool
    /// What the server offers, as far as is known now.
    public private(set) var capabilities = ServerCapabilities()
    /// The server's 220, once it came.
    public private(set) var greeting: ServerReply?
    /// Where the session failed; nil when it didn't.
    public private(set) var failedStage: ClientStage?
    /// Transactions that were begun.
    public private(set) var transactions = 0
    /// What is settled for each recipient of the transaction; nil where nothing is.
    public internal(set) var settled: [SendResult.Recipient?] = []
    /// Recipients that the server has accepted so far.
    var accepted = 0
    /// Whether the end of the content was sent: from then on the server may have taken the message.
    public internal(set) var isEndSent = false
    /// Whether the server still has a transaction that came to nothing: RSET goes before the next MAIL.
    var needsReset = false
    /// What was begun behind this transaction.
    var upcoming: Next?

    /// A machine for one connection.
    public init(_ configuration: Configuration) {
        self.configuration = configuration
        isSecure = configuration.encryption == .active
        parser = ReplyParser(configuration.replyLimits)
    }

    /// What is awaited now.
    public var stage: ClientStage {
        switch state {
        case .opening: .greeting
        case .hello: .ehlo
        case .startingTLS, .securing: .tls
        case .ready, .leaving, .closed: .idle
        case .authenticating: .auth
        case .commanding: .command
        case .exchanging(let exchange):
            switch exchange.awaited {
            case .reset, .mail: .mail
            case .recipient: .rcpt
            case .data: .data
            }
        case .lone: .data
        case .sending, .ending: .content
        case .quitting: .quit
        }
    }

    /// True when another transaction can begin.
    public var isReady: Bool {
        guard isIdle else { return false }
        return capabilities.limits.transactions.map { transactions < $0 } ?? true
    }

    /// True when nothing is under way and the session goes on, whether or not the server takes another transaction.
    public var isIdle: Bool {
        if case .ready = state { true } else { false }
    }

    /// True when the session has ended.
    public var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    var isPipelining: Bool { configuration.pipelining && capabilities.extensions.contains(.pipelining) }

    /// Goes on with the input that was not consumed yet.
    public mutating func next(_ input: Span<UInt8>) -> Step {
        switch state {
        case .closed, .leaving:
            state = .closed
            return Step(consumed: input.count, action: .close)
        case .securing where !input.isEmpty:
            return Step(consumed: input.count, action: fail(.responseInjection))
        default: break
        }
        guard !input.isEmpty else { return Step(consumed: 0, action: .read) }
        do {
            let (consumed, reply) = try parser.next(input)
            guard let reply else { return Step(consumed: consumed, action: .read) }
            return Step(consumed: consumed, action: take(reply, isLastInInput: consumed == input.count))
        } catch {
            return Step(consumed: input.count, action: fail(.malformedReply(error)))
        }
    }

    private mutating func take(_ reply: ServerReply, isLastInInput: Bool) -> Action {
        switch state {
        case .opening: return greeted(reply)
        case .hello(let verb): return introduced(verb, reply)
        case .startingTLS: return answeredStartTLS(reply, isLastInInput: isLastInInput)
        case .authenticating(let initialResponse): return answeredAuthentication(reply, initialResponse)
        case .commanding(let verb): return answeredCommand(reply, verb)
        case .exchanging(let exchange): return answered(reply, exchange)
        case .sending(let framing, let chunks): return answeredInContent(reply, framing, chunks)
        case .lone: return answeredLoneDot(reply)
        case .ending(let answered): return answeredEnd(reply, answered)
        case .quitting:
            state = .closed
            return .close
        case .ready: return fail(reply.isClosing ? .refused(reply) : .unexpectedReply(reply))
        case .securing, .leaving, .closed: return fail(.unexpectedReply(reply))
        }
    }

    /// The connection is gone. Brings what went wrong, or nil when all was said.
    public mutating func disconnected() -> Action? {
        switch state {
        case .closed, .leaving, .quitting:
            state = .closed
            return nil
        default: return fail(.connectionClosed)
        }
    }

    /// Ends the session at the stage where it is.
    mutating func fail(_ fault: ClientFault) -> Action {
        let stage = stage
        failedStage = stage
        state = .closed
        return .fail(fault, stage)
    }

    /// Refusals by their reply, anything else as out of place.
    mutating func refused(_ reply: ServerReply) -> Action {
        fail(reply.severity >= 4 ? .refused(reply) : .unexpectedReply(reply))
    }

    // MARK: greeting and TLS

    private mutating func greeted(_ reply: ServerReply) -> Action {
        guard reply.code == 220 else { return refused(reply) }
        greeting = reply
        return sayHello(configuration.dialect == .lmtp ? .lhlo : .ehlo)
    }

    private mutating func sayHello(_ verb: CommandVerb) -> Action {
        let command: Command =
            switch verb {
            case .lhlo: .lhlo(configuration.hello)
            case .helo: .helo(configuration.hello)
            default: .ehlo(configuration.hello)
            }
        guard let line = try? command.encoded() else { return fail(.unsuitableCommand) }
        state = .hello(verb)
        return .send(line + [0x0D, 0x0A])
    }

    private mutating func introduced(_ verb: CommandVerb, _ reply: ServerReply) -> Action {
        guard reply.isCompletion else {
            // RFC 5321 §3.2, §4.1.4: an old server refuses EHLO. It can't have STARTTLS.
            guard verb == .ehlo, reply.isPermanent, isSecure || configuration.encryption != .required else {
                return refused(reply)
            }
            return sayHello(.helo)
        }
        capabilities = verb == .helo ? ServerCapabilities() : ServerCapabilities(reply)
        guard !isSecure, configuration.encryption != .none else { return becomeReady() }
        guard capabilities.extensions.contains(.startTLS) else {
            return configuration.encryption == .required ? fail(.tlsNotOffered) : becomeReady()
        }
        state = .startingTLS
        return .send(Command.startTLS.bytes + [0x0D, 0x0A])
    }

    private mutating func answeredStartTLS(_ reply: ServerReply, isLastInInput: Bool) -> Action {
        if reply.code == 220 {
            state = .securing
            return isLastInInput ? .secure : fail(.responseInjection)
        }
        guard configuration.encryption == .opportunistic, reply.severity >= 4, !reply.isClosing else {
            return refused(reply)
        }
        return becomeReady()
    }

    private mutating func becomeReady() -> Action {
        state = .ready
        return .ready
    }

    /// The TLS handshake succeeded: everything said before is forgotten (RFC 3207 §4.2).
    public mutating func secured() -> Action {
        guard case .securing = state else { return fail(.badSequence) }
        isSecure = true
        capabilities = ServerCapabilities()
        parser = ReplyParser(configuration.replyLimits)
        return sayHello(configuration.dialect == .lmtp ? .lhlo : .ehlo)
    }

    // MARK: end

    /// Says good-bye; nil when something is under way or the session is over.
    public mutating func quit() -> Action? {
        guard case .ready = state else { return nil }
        state = .quitting
        return .send(Command.quit.bytes + [0x0D, 0x0A])
    }

    mutating func countTransaction() { transactions &+= 1 }
}
