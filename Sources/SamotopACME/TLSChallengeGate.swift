import ACME
import NIOCore
import NIOSSL
import SamotopServer

/// Reads the ClientHello, and puts the TLS that it asks for into its own place: that of a challenge, or another.
final class TLSChallengeGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let challenges: TLSChallenges
    /// Nil: others are sent away.
    private let other: (@Sendable () -> NIOSSLContext)?
    private var held = ByteBuffer()
    private var reader = ClientHelloReader()
    private var isOpen = true

    init(_ challenges: TLSChallenges, otherwise other: (@Sendable () -> NIOSSLContext)?) {
        self.challenges = challenges
        self.other = other
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isOpen else { return context.fireChannelRead(data) }
        let bytes = unwrapInboundIn(data)
        held.writeImmutableBuffer(bytes)
        switch reader.read(bytes) {
        case .incomplete: return
        // The TLS library will say what it thinks of it.
        case .unreadable: proceed(with: other?(), context)
        case .hello(let hello):
            // RFC 8737 §3: this protocol and no other in the list.
            let isChallenge = hello.applicationProtocols == [ChallengeCertificate.applicationProtocol]
            proceed(with: isChallenge ? challenges.context(for: hello.serverName) : other?(), context)
        }
    }

    private func proceed(with tls: NIOSSLContext?, _ context: ChannelHandlerContext) {
        isOpen = false
        guard let tls else { return refuse(context) }
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(NIOSSLServerHandler(context: tls), position: .after(self))
        } catch {
            return context.close(promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(held))
        held = ByteBuffer()
        pipeline.removeHandler(self, promise: nil)
    }

    /// A fatal alert, no_application_protocol (RFC 7301 §3.2).
    private func refuse(_ context: ChannelHandlerContext) {
        let alert: [UInt8] = [21, 3, 3, 0, 2, 2, 120]
        context.writeAndFlush(NIOAny(context.channel.allocator.buffer(bytes: alert)), promise: nil)
        context.close(mode: .all, promise: nil)
    }
}
