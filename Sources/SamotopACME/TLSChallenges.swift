public import ACME
import Crypto
public import NIOCore
import NIOPosix
public import NIOSSL
import SamotopHTTPS
import Synchronization

/// Answers the challenge tls-alpn-01 (RFC 8737): to clients that ask for `acme-tls/1`, and to these alone, it shows the certificates
/// that an authority was told of. At a port of its own, or in front of another listener's TLS.
public final class TLSChallenges: ACMEChallengeResponder {
    /// Connections at a time at a port of its own; one more is closed at once.
    static let connections = 256
    /// Seconds for a connection there.
    static let seconds: Int64 = 10

    private let contexts = Mutex<[String: NIOSSLContext]>([:])
    private let open = Atomic(0)
    private let now: @Sendable () -> Int64

    /// - Parameter now: seconds since 1970.
    public init(now: @escaping @Sendable () -> Int64) { self.now = now }

    public var type: ACMEChallengeType { .tlsALPN }

    public func present(_ answer: ACMEChallengeAnswer) async throws {
        let made = try ChallengeCertificate.make(for: answer, now: now())
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try NIOSSLCertificate(bytes: made.certificate, format: .der))],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(made.key.derRepresentation), format: .der)))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = [ChallengeCertificate.applicationProtocol]
        let context = try NIOSSLContext(configuration: configuration)
        contexts.withLock { $0[answer.name] = context }
    }

    public func withdraw(_ answer: ACMEChallengeAnswer) async { contexts.withLock { $0[answer.name] = nil } }

    /// For an authority that asks for this name; nil: nobody was told of any.
    func context(for name: String?) -> NIOSSLContext? {
        guard let name = name?.lowercased() else { return nil }
        return contexts.withLock { $0[name] }
    }

    /// The handler for a connection on which others ask, too: it reads the first message, and puts TLS into its own place.
    ///
    /// - Parameter other: the certificates for everybody else.
    public func handler(otherwise other: @escaping @Sendable () -> NIOSSLContext) -> any ChannelHandler {
        TLSChallengeGate(self, otherwise: other)
    }

    /// Takes over a socket that listens already; whoever isn't the authority is sent away.
    public func listen(descriptor: CInt, _ group: any EventLoopGroup) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .childChannelInitializer { [self] channel in
                guard open.add(1, ordering: .relaxed).newValue <= Self.connections else {
                    open.subtract(1, ordering: .relaxed)
                    return channel.close()
                }
                channel.closeFuture.whenComplete { [self] _ in open.subtract(1, ordering: .relaxed) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ConnectionDeadline(.seconds(Self.seconds)))
                    try channel.pipeline.syncOperations.addHandler(TLSChallengeGate(self, otherwise: nil))
                    try channel.pipeline.syncOperations.addHandler(Hearing())
                }
            }
            .withBoundSocket(descriptor).get()
    }
}

/// What an authority says inside TLS is nothing (RFC 8737 §3).
private final class Hearing: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.close(promise: nil) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
