import NIOCore
import NIOSSL
import NIOTLS
import SMTP

/// Carries a ``SMTP/ClientSession`` on a channel: replies in, commands and content out, time-outs, TLS. All of it on the channel's
/// event loop.
///
/// It carries out one ``ConnectionWish`` at a time. A group of commands goes out in one write, and nothing but a complete reply
/// moves the deadline, so that a server that trickles gets no more time than a silent one.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Completion = (Result<ConnectionAnswer, SMTPClientError>) -> Void

    let timeouts: ClientTimeouts
    let tls: TLSPreparation?
    /// For SNI and the certificate.
    let serverName: String?
    let transcript: (@Sendable (ClientTranscript) -> Void)?
    let status = ConnectionStatus()
    var session: ClientSession
    var context: ChannelHandlerContext?
    var feed: ContentFeed?
    var batch: MessageBatch?
    var completion: Completion?
    private var ticket: WishTicket?
    /// A result that came when nobody waited for it.
    var unclaimed: ConnectionAnswer?
    /// Why the connection is over.
    var failure: SMTPClientError?
    var peer: PeerTLS?
    var chain: PeerChain?
    var isCertificateRefused = false
    var witness: ServerHelloWitness?
    /// Nothing is read before somebody waits for the greeting.
    private var isOpen = false
    private var isHandshaking = false
    private var input = ByteBuffer()
    private var clock = ClientClock()
    private var isPumping = false

    /// - Parameter tls: nil when TLS isn't wanted.
    init(
        _ configuration: ClientSession.Configuration, timeouts: ClientTimeouts, tls: TLSPreparation? = nil,
        serverName: String? = nil, transcript: (@Sendable (ClientTranscript) -> Void)? = nil
    ) {
        self.transcript = transcript
        session = ClientSession(configuration)
        self.timeouts = timeouts
        self.tls = tls
        self.serverName = serverName
    }

    // MARK: channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard failure == nil else { return }
        var bytes = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        pump()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event { handshakeCompleted(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // How TLS ends says nothing: what matters is whether a reply is missing.
        if let error = error as? NIOSSLError, case .uncleanShutdown = error { return }
        fail(broken(by: error))
    }

    func channelInactive(context: ChannelHandlerContext) {
        disconnected()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        disconnected()
        self.context = nil
    }

    private func disconnected() {
        status.isReusable = false
        clock.stop()
        guard failure == nil else { return }
        if isHandshaking || session.disconnected() != nil { return fail(broken(by: nil)) }
        failure = broken(by: nil)
        complete(.success(.closed))
    }

    // MARK: wishes

    /// Carries out a wish; the completion is called once, on the event loop.
    func carryOut(_ wish: ConnectionWish, _ ticket: WishTicket = WishTicket(), _ completion: @escaping Completion) {
        guard !ticket.isCancelled else { return completion(.failure(cancelled)) }
        if let answer = claim(wish) { return completion(.success(answer)) }
        if let failure { return completion(.failure(failure)) }
        guard self.completion == nil, let context else {
            return completion(.failure(SMTPClientError(fault: .badSequence, stage: session.stage)))
        }
        self.completion = completion
        self.ticket = ticket
        status.isReusable = false
        do throws(ClientFault) {
            switch wish {
            case .open: open(context)
            case .authenticate(let mechanism, let response, let isAllowedInClear):
                perform(
                    try session.authenticate(
                        mechanism, initialResponse: response, isAllowedInClear: isAllowedInClear))
            case .respond(let response): perform(try session.respond(response))
            case .cancelAuthentication: perform(try session.cancelAuthentication())
            case .command(let line): perform(try session.command(line))
            case .send(let transaction, let content): try send(transaction, content, context)
            case .sendAll(let messages): try sendAll(messages, context)
            case .feed(let octets): try takeFeed(octets)
            case .end: try endFeed()
            case .quit:
                guard let action = session.quit() else { throw .badSequence }
                perform(action)
            }
        } catch {
            // Nothing was sent: the session goes on as it was.
            status.isReusable = session.isReady
            complete(.failure(SMTPClientError(fault: error, stage: session.stage)))
        }
    }

    /// Carries out what a transaction begins with.
    func begin(_ action: ClientSession.Action) { perform(action) }

    private func perform(_ action: ClientSession.Action) {
        isPumping = true
        _ = carryOut(action)
        isPumping = false
        pump()
    }

    private func open(_ context: ChannelHandlerContext) {
        guard !isOpen, context.channel.isActive else { return fail(broken(by: nil)) }
        isOpen = true
        context.channel.setOption(.autoRead, value: true).whenFailure { _ in }
        if session.isSecure { return secure() }
        expect(timeouts.greeting)
        pump()
    }

    func complete(_ result: Result<ConnectionAnswer, SMTPClientError>) {
        guard let completion else {
            if case .success(.finished) = result { unclaimed = try? result.get() }
            return
        }
        self.completion = nil
        completion(answer(result))
    }

    // MARK: session

    private func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        while isOpen, failure == nil, !isHandshaking {
            let step = session.next(input.readableBytesUInt8Span)
            if step.consumed > 0, let transcript,
                let octets = input.viewBytes(at: input.readerIndex, length: step.consumed)
            {
                for line in ClientTranscript.lines(octets) { transcript(.received(line)) }
            }
            input.moveReaderIndex(forwardBy: step.consumed)
            if carryOut(step.action) { return }
        }
    }

    /// True when there is nothing more to do now.
    func carryOut(_ action: ClientSession.Action) -> Bool {
        switch action {
        case .read:
            if input.readableBytes == 0 { input = ByteBuffer() }
            return true
        case .proceed:
            awaitReply()
            return false
        case .send(let bytes):
            write(bytes)
            awaitReply()
            return false
        case .secure:
            secure()
            return true
        case .ready:
            rest()
            let greeting = session.greeting ?? ServerReply(code: 220)
            complete(
                .success(
                    .ready(ConnectionIntroduction(greeting: greeting, capabilities: session.capabilities, tls: peer))))
            return false
        case .content(let framing):
            transcript?(.content)
            feed?.framing = framing
            continueContent()
            return false
        case .challenge(let challenge):
            clock.rest()
            expect(timeouts.authentication)
            complete(.success(.challenge(challenge)))
            return false
        case .authentication(let reply):
            rest()
            complete(.success(.authentication(reply)))
            return false
        case .finished(let result):
            feed = nil
            guard batch == nil else {
                finishedInBatch(result)
                return false
            }
            rest()
            complete(.success(.finished(result)))
            return false
        case .reply(let reply):
            rest()
            complete(.success(.reply(reply)))
            return false
        case .fail(let fault, let stage):
            fail(SMTPClientError(fault: fault, stage: stage, isSafeToRetry: isSafeToRetry, recipients: session.settled))
            return true
        case .close:
            close()
            return true
        }
    }

    /// Between two wishes.
    func rest() {
        clock.rest()
        status.isReusable = session.isReady
    }

    private func close() {
        failure = broken(by: nil)
        status.isReusable = false
        clock.stop()
        context?.close(promise: nil)
        complete(.success(.closed))
    }

    var isSafeToRetry: Bool { session.settled.isEmpty || !session.isEndSent }

    /// Ends the connection.
    func fail(_ error: SMTPClientError) {
        guard failure == nil else { return }
        failure = error
        feed = nil
        status.isReusable = false
        clock.stop()
        complete(.failure(error))
        context?.close(mode: .all, promise: nil)
    }

    /// Whoever waits doesn't want the answer any more.
    func cancel(_ cancelled: WishTicket) {
        guard completion != nil, ticket === cancelled else { return }
        fail(self.cancelled)
    }

    private var cancelled: SMTPClientError {
        SMTPClientError(
            stage: session.stage, kind: .client, reason: .cancelled, isSafeToRetry: isSafeToRetry,
            recipients: session.settled)
    }

    private func broken(by error: (any Error)?) -> SMTPClientError {
        if isHandshaking {
            let isRefused = isCertificateRefused || CertificateCheck.isRefusal(error)
            return .handshake(error, isCertificateRefused: isRefused)
        }
        return SMTPClientError(
            stage: session.failedStage ?? session.stage, kind: .transient, reason: .connection,
            isSafeToRetry: isSafeToRetry,
            recipients: session.settled, underlying: error)
    }

    // MARK: time

    func expect(_ time: Duration) {
        guard let context else { return }
        clock.expect(time, context.eventLoop) { [weak self] in self?.timePassed() }
    }

    func limitTransaction(_ context: ChannelHandlerContext) { clock.limit(timeouts.transaction, context.eventLoop) }

    func awaitReply() {
        switch session.stage {
        case .greeting: expect(timeouts.greeting)
        case .ehlo, .tls: expect(timeouts.hello)
        case .auth: expect(timeouts.authentication)
        case .mail: expect(timeouts.mail)
        case .rcpt: expect(timeouts.recipient)
        case .data: expect(timeouts.data)
        case .content: expect(session.isEndSent ? timeouts.end : timeouts.block)
        case .command: expect(timeouts.command)
        case .quit: expect(timeouts.quit)
        case .connect, .idle: break
        }
    }

    private func timePassed() {
        guard let context, failure == nil else { return }
        guard clock.isOver(context.eventLoop, { [weak self] in self?.timePassed() }) else { return }
        fail(
            SMTPClientError(
                stage: isHandshaking ? .tls : session.stage, kind: .timeout, reason: .timedOut,
                isSafeToRetry: isSafeToRetry, recipients: session.settled))
    }

    // MARK: output

    func write(_ bytes: [UInt8]) {
        guard let context else { return }
        if let transcript {
            for line in ClientTranscript.lines(bytes) {
                transcript(session.stage == .auth ? .authenticating(line) : .sent(line))
            }
        }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
    }

    // MARK: TLS

    private func secure() {
        isHandshaking = true
        expect(timeouts.handshake)
        do {
            // What came in clear has nowhere to go: the machine has made sure that nothing did.
            guard let context, let tls, input.readableBytes == 0 else { throw ClientFault.responseInjection }
            try addTLS(tls, context)
        } catch {
            fail(.handshake(error, isCertificateRefused: false))
        }
    }

    private func handshakeCompleted(_ context: ChannelHandlerContext) {
        guard isHandshaking, failure == nil else { return }
        guard isNameExpected(context) else { return fail(.handshake(nil, isCertificateRefused: true)) }
        isHandshaking = false
        learnPeer(context)
        if let peer { transcript?(.secured(peer)) }
        if session.isSecure {
            expect(timeouts.greeting)
            pump()
        } else {
            perform(session.secured())
        }
    }
}
