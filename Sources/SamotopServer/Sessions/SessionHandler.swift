import NIOCore
import NIOSSL
import NIOTLS
import SMTP
import SamotopCore

/// Carries a ``MailSession`` on a channel: bytes in, effects out, time-outs, TLS. All of it on the channel's event loop.
///
/// Input that the session can't take yet stays here; beyond ``maximumInput`` reading stops until the session goes on.
/// Replies are flushed together when the session asks for more input, and a client that doesn't take them isn't listened to.
final class SessionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What a connection is told.
    struct Parameters {
        let service: MailService
        let listener: Listener
        let client: ClientAddress
        let onClose: @Sendable () -> Void
    }

    private enum Phase {
        /// Implicit TLS: the handshake is under way.
        case handshaking
        case running
        /// STARTTLS was answered: the handshake is under way.
        case securing
        /// The last reply was sent; what still comes is dropped.
        case closing
    }

    private static let maximumInput = 64 << 10

    private let parameters: Parameters
    private var phase: Phase
    private var session: MailSession?
    private var input = ByteBuffer()
    private var output = ByteBuffer()
    private var context: ChannelHandlerContext?
    private var witness: HandshakeWitness?
    private var identities: TLSIdentities.Loaded?
    private var isPumping = false
    private var isReadingPaused = false
    private var isStopping = false
    private var clock: SessionClock

    init(_ parameters: Parameters) {
        self.parameters = parameters
        clock = SessionClock(parameters.listener.timeouts)
        if case .implicit = parameters.listener.security { phase = .handshaking } else { phase = .running }
    }

    // MARK: channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        clock.start(context.eventLoop) { [weak self] in self?.timePassed() }
        if phase == .handshaking, case .implicit(let identities) = parameters.listener.security {
            clock.expect(.handshake)
            guard addTLS(identities, context) else { return context.close(promise: nil) }
        } else if context.channel.isActive {
            begin(tls: nil)
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        if phase == .running, session == nil { begin(tls: nil) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch phase {
        case .running: break
        case .closing: return
        // What comes around TLS has nowhere to go (CVE-2011-0411).
        case .handshaking, .securing: return context.close(promise: nil)
        }
        var bytes = unwrapInboundIn(data)
        clock.received(bytes.readableBytes)
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        pump()
        if input.readableBytes > Self.maximumInput { pauseReading() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { pump() } else { clock.expect(.write) }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as TLSUserEvent:
            if case .handshakeCompleted = event { secured(context) }
        case ChannelEvent.outputClosed:
            // The last reply is on its way.
            if phase == .closing { clock.expect(.linger) }
        case is ServerStopping:
            isStopping = true
            stopIfIdle()
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A broken connection or a failed handshake: the channel's end says it all.
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func end() {
        guard self.context != nil else { return }
        context = nil
        clock.stop()
        session?.disconnected()
        session = nil
        parameters.onClose()
    }

    // MARK: session

    private func begin(tls: TLSFacts?) {
        guard let context else { return }
        phase = .running
        let encryption: ServerSession.Encryption =
            switch parameters.listener.security {
            case .none: .unavailable
            case .startTLS(_, let required): required ? .required : .offered
            case .implicit: .active
            }
        let wake = Self.waker(NIOLoopBound(self, eventLoop: context.eventLoop), context.eventLoop)
        session = MailSession(
            parameters.service, role: parameters.listener.role, client: parameters.client, encryption: encryption,
            tls: tls, executor: EventLoopExecutor(context.eventLoop), wake: wake)
        pump()
    }

    private static func waker(_ handler: NIOLoopBound<SessionHandler>, _ loop: any EventLoop) -> @Sendable () -> Void {
        { if loop.inEventLoop { handler.value.resume() } else { loop.execute { handler.value.pump() } } }
    }

    /// A decision was made on this loop.
    private func resume() {
        guard isPumping else { return pump() }
        context?.eventLoop.assumeIsolated().execute { [weak self] in self?.pump() }
    }

    private func pump() {
        guard !isPumping, let context, let session, phase == .running else { return }
        isPumping = true
        defer { isPumping = false }
        while self.context != nil {
            // Unread replies: don't make more of them.
            guard context.channel.isWritable, output.readableBytes <= Self.maximumInput else {
                flush()
                guard context.channel.isWritable else { return clock.expect(.write) }
                continue
            }
            var consumed = 0
            let effect = session.next(input.readableBytesUInt8Span, consumed: &consumed)
            input.moveReaderIndex(forwardBy: consumed)
            guard !carryOut(effect, context, session) else { return }
        }
    }

    /// True when there is nothing more to do now.
    private func carryOut(_ effect: MailSession.Effect, _ context: ChannelHandlerContext, _ session: MailSession)
        -> Bool
    {
        switch effect {
        case .send(let bytes):
            output.writeBytes(bytes)
            clock.answered()
            return false
        case .read:
            flush()
            // An idle session holds no buffer.
            if input.readableBytes == 0 { input = ByteBuffer() }
            expect(session.isReceiving ? .content : .command)
            resumeReading()
            stopIfIdle()
            return true
        case .wait:
            flush()
            expect(.decision)
            return true
        case .pause(let time):
            flush()
            expect(.decision)
            context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(time)) { [weak self] in
                self?.session?.pauseEnded()
                self?.pump()
            }
            return false
        case .secure:
            flush()
            secure(context)
            return true
        case .close:
            close(context, session)
            return true
        }
    }

    private func flush(_ promise: EventLoopPromise<Void>? = nil) {
        guard let context, output.readableBytes > 0 || promise != nil else { return }
        let bytes = output
        output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
    }

    /// Starts the client's time; as long as it doesn't take our replies, that is what it has to do.
    private func expect(_ awaited: SessionClock.Awaited) {
        clock.expect(context?.channel.isWritable == false ? .write : awaited)
    }

    private func pauseReading() {
        guard !isReadingPaused, let context else { return }
        isReadingPaused = true
        context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
    }

    private func resumeReading() {
        guard isReadingPaused, let context else { return }
        isReadingPaused = false
        context.channel.setOption(.autoRead, value: true).whenFailure { _ in }
    }

    // MARK: TLS

    private func secure(_ context: ChannelHandlerContext) {
        guard case .startTLS(let identities, _) = parameters.listener.security else { return }
        phase = .securing
        clock.expect(.handshake)
        // Plaintext that came before the handshake has nowhere to go (CVE-2011-0411).
        guard input.readableBytes == 0, addTLS(identities, context) else { return context.close(promise: nil) }
    }

    private func addTLS(_ identities: TLSIdentities, _ context: ChannelHandlerContext) -> Bool {
        let witness = HandshakeWitness()
        self.witness = witness
        do {
            let pipeline = context.pipeline.syncOperations
            let loaded = identities.loaded
            self.identities = loaded
            let handler = loaded.handler(telling: parameters.listener.onClientCertificate)
            // Behind the PROXY handler, if there is one: what follows its header is TLS.
            try pipeline.addHandler(handler, position: .before(self))
            try pipeline.addHandler(witness, position: .before(handler))
            return true
        } catch {
            return false
        }
    }

    private func secured(_ context: ChannelHandlerContext) {
        guard phase == .handshaking || phase == .securing else { return }
        // A hello in another form than the witness can read could hide what it offers.
        guard witness?.hasReadHello == true else { return context.close(promise: nil) }
        var facts = TLSFacts(version: "TLSv1.2")
        if let version = try? context.pipeline.syncOperations.nioSSL_tlsVersion(), version == .tlsv13 {
            facts.version = "TLSv1.3"
        }
        facts.cipher = witness?.cipherSuite.flatMap(ServerHello.name)
        facts.serverName = witness?.serverName
        if parameters.listener.role == .submission {
            facts.serverCertificate = identities?.certificate(for: facts.serverName)
        }
        if identities?.asksForCertificates == true {
            let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
            facts.clientCertificate = try? certificate?.toDERBytes()
        }
        identities = nil
        if let witness { context.pipeline.syncOperations.removeHandler(witness, promise: nil) }
        witness = nil
        if phase == .handshaking { return begin(tls: facts) }
        phase = .running
        session?.secured(facts)
        pump()
    }

    // MARK: end

    private func timePassed() {
        guard let context else { return }
        switch clock.verdict(context.eventLoop) {
        case .fine:
            session?.rest()
        case .late:
            guard phase == .running, let session else { return context.close(promise: nil) }
            if !context.channel.isWritable { return context.close(promise: nil) }
            session.end(.timedOut)
            pump()
        }
    }

    private func stopIfIdle() {
        guard isStopping, phase == .running, let session, !session.inTransaction, !session.isDeciding else {
            if isStopping, phase == .handshaking || phase == .securing { context?.close(promise: nil) }
            return
        }
        isStopping = false
        session.end(.shuttingDown)
        // From within the pump the loop goes on by itself.
        context?.eventLoop.assumeIsolated().execute { [weak self] in self?.pump() }
    }

    /// Sends what is left and closes, so that the last reply arrives: closing a socket with unread input resets the
    /// connection, and the reply would be lost.
    private func close(_ context: ChannelHandlerContext, _ session: MailSession) {
        phase = .closing
        input = ByteBuffer()
        resumeReading()
        if session.facts.tls != nil {
            flush()
            // The TLS handler reads on until the peer's close_notify comes, for a while.
            context.close(promise: nil)
        } else if session.saidGoodBye {
            clock.expect(.write)
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
            flush(written)
        } else {
            clock.expect(.write)
            flush()
            context.close(mode: .output, promise: nil)
        }
    }
}

/// Sent through every session's pipeline when the server stops.
struct ServerStopping: Sendable {}
