import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Serves `GET /metrics` and `GET /health` over HTTP; anything else is 404. One request a connection.
struct MetricsEndpoint: Service {
    private let channel: any Channel

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - socket: a listening socket.
    ///   - isHealthy: asked at each `/health`; false answers 503.
    init(
        on socket: ListeningSocket, registry: PrometheusRegistry,
        group: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup,
        isHealthy: @escaping @Sendable () -> Bool = { true }
    ) async throws {
        let connections = ConnectionCount(limit: 32)
        channel = try await ServerBootstrap(group: group)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard connections.admit(channel) else { return channel.close(promise: nil) }
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(IdleStateHandler(allTimeout: .seconds(10)))
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
                    try pipeline.addHandler(MetricsHandler(registry: registry, isHealthy: isHealthy))
                }
            }
            .withBoundSocket(socket.descriptor)
            .get()
    }

    /// Stops to listen.
    func close() { channel.close(promise: nil) }

    func run() async throws {
        try await gracefulShutdown()
        try await channel.close()
    }
}

/// Answers one request and closes.
private final class MetricsHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let registry: PrometheusRegistry
    private let isHealthy: @Sendable () -> Bool
    private var hasAnswered = false

    init(registry: PrometheusRegistry, isHealthy: @escaping @Sendable () -> Bool) {
        self.registry = registry
        self.isHealthy = isHealthy
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // A body is not for us; the head alone decides.
        guard case .head(let head) = unwrapInboundIn(data), !hasAnswered else { return }
        hasAnswered = true
        switch (head.method, head.uri) {
        case (.GET, "/metrics"):
            answer(context, head, .ok, "text/plain; version=0.0.4; charset=utf-8", registry.exposition())
        case (.GET, "/health"):
            let healthy = isHealthy()
            answer(context, head, healthy ? .ok : .serviceUnavailable, "text/plain", healthy ? "ok\n" : "not well\n")
        default: answer(context, head, .notFound, "text/plain", "not found\n")
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(
        _ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ status: HTTPResponseStatus, _ type: String,
        _ text: String
    ) {
        let body = context.channel.allocator.buffer(string: text)
        let fields: HTTPHeaders = [
            "Content-Type": type, "Content-Length": "\(body.readableBytes)", "Connection": "close",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        ]
        let response = HTTPResponseHead(version: .http1_1, status: status, headers: fields)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }
}
