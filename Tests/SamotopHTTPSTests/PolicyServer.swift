import Crypto
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

/// An HTTPS server on loopback that does what it is told.
struct PolicyServer: Sendable {
    /// What it does once a request is there.
    enum Manner: Sendable {
        /// Sends this, and closes as TLS asks for.
        case answer(String)
        /// Sends this, and cuts the connection without a word of TLS.
        case cut(String)
        /// Sends this, and then nothing more.
        case stall(String)
        /// Sends this again and again.
        case repeating(String)
        /// Doesn't even speak TLS.
        case silent
        /// Sends this in place of a handshake.
        case plain(String)
    }

    /// What happened.
    enum Event: Sendable, Equatable {
        case connected
        /// The name that was asked for by SNI, and the request.
        case request(name: String?, String)
        case closed
    }

    let port: Int
    let events: AsyncStream<Event>

    /// Runs one as long as `body` does.
    static func run<Value>(
        _ manner: Manner, _ identity: Authority.Identity, maximum: TLSVersion? = nil,
        _ body: (PolicyServer) async throws -> Value
    ) async throws -> Value {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try NIOSSLCertificate(bytes: identity.certificate, format: .der))],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(identity.key.derRepresentation), format: .der)))
        configuration.minimumTLSVersion = .tlsv1
        configuration.maximumTLSVersion = maximum
        let named = NamedServers()
        configuration.sslContextCallback = { values, promise in
            named.note(values.serverHostname)
            promise.succeed(.noChanges)
        }
        let context = try NIOSSLContext(configuration: configuration)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 16)
            .childChannelInitializer { channel in
                continuation.yield(.connected)
                channel.closeFuture.whenComplete { _ in continuation.yield(.closed) }
                return channel.eventLoop.makeCompletedFuture {
                    switch manner {
                    case .silent: break
                    case .plain(let text): try channel.pipeline.syncOperations.addHandler(PlainSpeaker(text))
                    default:
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                        try channel.pipeline.syncOperations.addHandler(
                            RequestAnswerer(manner) { continuation.yield(.request(name: named.last, $0)) })
                    }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        do {
            let value = try await body(PolicyServer(port: port, events: events))
            try await listener.close()
            return value
        } catch {
            try? await listener.close()
            throw error
        }
    }

    /// The next things that happen, up to the end of a connection.
    func untilClosed() async -> [Event] {
        var found: [Event] = []
        for await event in events {
            found.append(event)
            if event == .closed { break }
        }
        return found
    }
}

private final class NamedServers: Sendable {
    private let names = Mutex<[String?]>([])
    var last: String? { names.withLock { $0.last ?? nil } }
    func note(_ name: String?) { names.withLock { $0.append(name) } }
}

private final class PlainSpeaker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let text: String

    init(_ text: String) { self.text = text }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}

private final class RequestAnswerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let manner: PolicyServer.Manner
    private let note: (String) -> Void
    private var request = ""

    init(_ manner: PolicyServer.Manner, _ note: @escaping (String) -> Void) {
        self.manner = manner
        self.note = note
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        request += String(buffer: unwrapInboundIn(data))
        guard isWhole else { return }
        note(request)
        switch manner {
        case .answer(let text):
            write(text, context)
            context.close(promise: nil)
        case .cut(let text):
            write(text, context)
            // Past TLS, which would say goodbye.
            let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
            tls?.close(promise: nil)
        case .stall(let text): write(text, context)
        case .repeating(let text): again(String(repeating: text, count: 16_384 / text.utf8.count + 1), context)
        case .silent, .plain: break
        }
    }

    /// Whether header and body are there.
    private var isWhole: Bool {
        guard let end = request.firstRange(of: "\r\n\r\n") else { return false }
        let length = request[..<end.lowerBound].split(separator: "\r\n").compactMap { field -> Int? in
            guard field.lowercased().hasPrefix("content-length: ") else { return nil }
            return Int(field.dropFirst(16))
        }
        return request[end.upperBound...].utf8.count >= length.first ?? 0
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    private func again(_ text: String, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenSuccess {
            // Not at once: a write that is done immediately would lead to the next, deeper and deeper, and nobody else on this loop
            // would have a turn.
            bound.eventLoop.scheduleTask(in: .milliseconds(1)) {
                let (handler, context) = bound.value
                handler.again(text, context)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
