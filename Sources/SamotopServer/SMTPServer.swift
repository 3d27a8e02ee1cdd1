public import Logging
import NIOCore
import NIOPosix
import SMTP
public import SamotopCore
public import ServiceLifecycle
import Synchronization

/// An SMTP and LMTP server: listeners that bring sessions to a ``MailService``.
///
///     try await SMTPServer(mail, on: [.mx(tls: identities)]).run()
///
/// ``run()`` returns after a graceful shutdown (swift-service-lifecycle) or throws when a listener can't listen.
/// On shutdown no client is accepted any more, idle sessions get 421 4.3.2, and sessions in a transaction may finish it
/// within the grace period.
public struct SMTPServer: Service {
    private let mail: MailService
    private let listeners: [Listener]
    private let limiter: ConnectionLimiter
    private let sessions = LiveSessions()
    private let grace: Duration
    private let logger: Logger
    private let onReady: @Sendable ([String: String]) -> Void
    private let threads: Int

    /// Composes a server; nothing is opened before ``run()``.
    ///
    /// - Parameters:
    ///   - limits: how many clients at once.
    ///   - grace: how long sessions in a transaction may go on after shutdown began.
    ///   - threads: event loops; the default leaves a core to storage: one less than there are, and at least one.
    ///   - onReady: told once that all listeners listen, with the address of each listener by name.
    public init(
        _ mail: MailService, on listeners: [Listener], limits: ConnectionLimits = ConnectionLimits(),
        grace: Duration = .seconds(30), threads: Int? = nil, logger: Logger = Logger(label: "samotop"),
        onReady: @escaping @Sendable ([String: String]) -> Void = { _ in }
    ) {
        self.mail = mail
        self.listeners = listeners
        self.limiter = ConnectionLimiter(limits)
        self.grace = grace
        self.logger = logger
        self.onReady = onReady
        self.threads = threads ?? System.coreCount - 1
    }

    /// Listens until shutdown.
    public func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threads))
        let result: Result<Void, any Error>
        do {
            result = .success(try await serve(group))
        } catch {
            result = .failure(error)
        }
        try? await group.shutdownGracefully()
        try result.get()
    }

    /// Clients connected now.
    public var connectionCount: Int { limiter.total }

    private func serve(_ group: MultiThreadedEventLoopGroup) async throws {
        var channels: [any Channel] = []
        var addresses: [String: String] = [:]
        do {
            for listener in listeners {
                let channel = try await bind(listener, group)
                channels.append(channel)
                addresses[listener.name] = Self.text(channel.localAddress)
            }
        } catch {
            for channel in channels { try? await channel.close() }
            throw error
        }
        onReady(addresses)
        try? await gracefulShutdown()
        for channel in channels { try? await channel.close() }
        await sessions.stop(within: grace)
    }

    private func bind(_ listener: Listener, _ group: MultiThreadedEventLoopGroup) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPauseHandler())
                }
            }
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 16 << 10, high: 64 << 10))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try admit(channel, listener) }
            }
        do {
            switch listener.address {
            case .tcp(let host, let port):
                return
                    try await bootstrap
                    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .bind(host: host, port: port).get()
            case .unix(let path, let mode):
                return try await bootstrap.withBoundSocket(try UnixSocketPath(path, mode: mode).open()).get()
            case .inherited(let descriptor):
                return try await bootstrap.withBoundSocket(descriptor).get()
            }
        } catch {
            throw ListenError(listener: listener.name, address: listener.address, cause: error)
        }
    }

    private func admit(_ channel: any Channel, _ listener: Listener) throws {
        let peer = ClientAddress(channel.remoteAddress)
        guard listener.proxyProtocolFrom.contains(where: { $0.contains(peer) }) else {
            return start(channel, listener, peer)
        }
        guard limiter.admit() else { return turnAway(channel, listener) }
        let handler = ProxyHeaderHandler(
            timeout: TimeAmount(listener.timeouts.handshake),
            completion: { client, channel in start(channel, listener, client ?? peer) },
            onEnd: { [limiter] in limiter.release() })
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private func start(_ channel: any Channel, _ listener: Listener, _ client: ClientAddress) {
        guard limiter.admit(client) else { return turnAway(channel, listener) }
        let id = sessions.add(channel)
        let handler = SessionHandler(
            SessionHandler.Parameters(service: mail, listener: listener, client: client) { [limiter, sessions] in
                limiter.release(client)
                sessions.remove(id)
            })
        do {
            try channel.pipeline.syncOperations.addHandler(handler)
        } catch {
            limiter.release(client)
            sessions.remove(id)
            channel.close(promise: nil)
        }
    }

    /// Too many clients: say so where it can be understood, and close.
    private func turnAway(_ channel: any Channel, _ listener: Listener) {
        if case .implicit = listener.security { return channel.close(promise: nil) }
        let reply = ReplyWords.tooManyConnections.disconnecting(permanent: false)
        channel.eventLoop.execute {
            channel.writeAndFlush(channel.allocator.buffer(bytes: reply.bytes)).whenComplete { _ in
                channel.close(promise: nil)
            }
        }
    }

    private static func text(_ address: SocketAddress?) -> String {
        guard let address else { return "" }
        if let path = address.pathname, !path.isEmpty { return "unix:\(path)" }
        guard let host = address.ipAddress, let port = address.port else { return "" }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
