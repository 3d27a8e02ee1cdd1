public import NIOCore
import NIOHTTP1
import NIOPosix
public import NIOSSL
public import NameResolution
import Synchronization
public import TransportSecurity

/// Serves the MTA-STS policies of our own domains by HTTPS (RFC 8461 §3.3), `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`; what is
/// made for a request (``serve(_:)``); and what ``ServedFiles`` have.
///
///     let server = MTASTSPolicyServer(policies, settings: .init()) { identities.context }
///     let listener = try await server.listen(on: "0.0.0.0", port: 443, group)
///
/// One request for each connection, GET or HEAD (POST where something is given), by HTTP/1.1 or 1.0 over TLS. Whatever else is asked for isn't there.
public final class MTASTSPolicyServer: Sendable {
    /// What clients may take.
    public struct Settings: Sendable, Hashable {
        /// Connections at a time; one more is closed at once.
        public var connections = 256
        /// Octets that a client may send inside TLS: 431 beyond.
        public var requestSize = 8 << 10
        /// Seconds for a connection, from its first moment to its last.
        public var seconds: Int64 = 10

        /// The defaults.
        public init() {}
    }

    /// A port that is listened at.
    public struct Listener: Sendable {
        private let channel: any Channel

        init(_ channel: any Channel) { self.channel = channel }

        /// The port; nil for a socket without one.
        public var port: Int? { channel.localAddress?.port }

        /// Takes no more connections.
        public func close() async { try? await channel.close() }
    }

    /// What is there for a request; nil: nothing.
    public typealias Pages = @Sendable (PageRequest) -> ServedPage?

    private let files = Mutex<[DNSName: [UInt8]]>([:])
    /// What is served beside the policies.
    let others: (any ServedFiles)?
    private let pages = Mutex<Pages?>(nil)
    private let settings: Settings
    private let secure: @Sendable () -> any ChannelHandler
    private let connections = Atomic(0)

    /// - Parameters:
    ///   - policies: by domain.
    ///   - others: what is served beside them.
    ///   - context: the certificates for the next handshake; the name that the client asks for chooses among them.
    public init(
        _ policies: [DNSName: MTASTSPolicy], settings: Settings = Settings(), others: (any ServedFiles)? = nil,
        context: @escaping @Sendable () -> NIOSSLContext
    ) {
        self.settings = settings
        self.others = others
        secure = { NIOSSLServerHandler(context: context()) }
        update(policies)
    }

    /// - Parameter secure: makes what speaks TLS on a connection, where that isn't for HTTPS alone.
    public init(
        _ policies: [DNSName: MTASTSPolicy], settings: Settings = Settings(), others: (any ServedFiles)? = nil,
        secure: @escaping @Sendable () -> any ChannelHandler
    ) {
        self.settings = settings
        self.others = others
        self.secure = secure
        update(policies)
    }

    /// Serves these from now on, in place of the others.
    public func update(_ policies: [DNSName: MTASTSPolicy]) {
        var files: [DNSName: [UInt8]] = [:]
        for (domain, policy) in policies {
            if let host = domain.prefixed(by: "mta-sts") { files[host] = policy.file }
        }
        let made = files
        self.files.withLock { $0 = made }
    }

    /// Serves this beside the policies from now on; nil: nothing. It is called on event loops, and must not block.
    public func serve(_ pages: Pages?) { self.pages.withLock { $0 = pages } }

    /// Whether there is anything besides policies.
    var hasPages: Bool { pages.withLock { $0 != nil } }

    /// What is there besides policies.
    func page(_ request: PageRequest) -> ServedPage? { pages.withLock { $0 }?(request) }

    /// The policy file of this host.
    func file(of host: DNSName) -> [UInt8]? { files.withLock { $0[host] } }

    /// Listens at an address of this machine; port 0 is any that is free.
    public func listen(on host: String, port: Int, _ group: any EventLoopGroup) async throws -> Listener {
        Listener(try await bootstrap(group).bind(host: host, port: port).get())
    }

    /// Takes over a socket that listens already.
    public func listen(descriptor: CInt, _ group: any EventLoopGroup) async throws -> Listener {
        Listener(try await bootstrap(group).withBoundSocket(descriptor).get())
    }

    private func bootstrap(_ group: any EventLoopGroup) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [self] channel in
                guard enter() else { return channel.close() }
                channel.closeFuture.whenComplete { [self] _ in leave() }
                return channel.eventLoop.makeCompletedFuture { try addHandlers(to: channel) }
            }
    }

    private func addHandlers(to channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(ConnectionDeadline(.seconds(settings.seconds)))
        try pipeline.addHandler(secure())
        try addRequestHandlers(to: pipeline)
    }

    /// All that stands inside TLS.
    func addRequestHandlers(to pipeline: ChannelPipeline.SynchronousOperations) throws {
        try pipeline.addHandler(OctetLimit(settings.requestSize))
        try pipeline.addHandler(HTTPResponseEncoder())
        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        try pipeline.addHandler(PolicyResponder(of: self))
    }

    /// False when there are as many connections as there may be.
    func enter() -> Bool {
        guard connections.add(1, ordering: .relaxed).newValue <= settings.connections else {
            leave()
            return false
        }
        return true
    }

    func leave() { connections.subtract(1, ordering: .relaxed) }
}
