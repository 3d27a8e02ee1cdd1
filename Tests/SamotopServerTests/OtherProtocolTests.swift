import NIOCore
import NIOEmbedded
import NIOSSL
import NIOTLS
import SamotopServer
import Testing

/// Certificates of the server, for listeners that speak something else than SMTP.
@Suite struct OtherProtocolTests {
    private final class Witness: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        var negotiated: String?

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .handshakeCompleted(let name)? = event as? TLSUserEvent { negotiated = name }
        }
    }

    @Test("Another protocol is negotiated with the same certificates, SMTP with nobody who asks for that one")
    func negotiation() throws {
        let folder = try CertificateFolder()
        let mail = try TLSIdentities([folder.write(.first)])
        for (identities, negotiated) in [(try mail.speaking(["http/1.1"]), "http/1.1"), (mail, nil as String?)] {
            let (server, client) = (EmbeddedChannel(), EmbeddedChannel())
            let witness = Witness()
            try server.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: identities.context))
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            configuration.applicationProtocols = ["http/1.1"]
            let context = try NIOSSLContext(configuration: configuration)
            try client.pipeline.syncOperations.addHandlers([
                try NIOSSLClientHandler(context: context, serverHostname: nil), witness,
            ])
            for channel in [server, client] {
                try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 443)).wait()
            }
            var moved = true
            while moved {
                moved = false
                for (from, to) in [(client, server), (server, client)] {
                    from.embeddedEventLoop.run()
                    while let octets = try from.readOutbound(as: ByteBuffer.self) {
                        moved = true
                        try to.writeInbound(octets)
                    }
                }
            }
            #expect(witness.negotiated == negotiated)
        }
    }
}
