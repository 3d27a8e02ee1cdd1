import NIOCore
import NIOSSL

extension ConnectionHandler {
    /// Puts TLS before this handler: the handshake begins at once.
    func addTLS(_ tls: TLSPreparation, _ context: ChannelHandlerContext) throws {
        let handler: NIOSSLClientHandler
        let name = serverName
        switch tls.verification {
        case .full, .chainOnly:
            handler = try NIOSSLClientHandler(context: tls.context, serverHostname: name)
        case .none:
            handler = try own(tls, name, context) { _ in true }
        case .verifier(let isAcceptable):
            handler = try own(tls, name, context, isAcceptable)
        }
        let pipeline = context.pipeline.syncOperations
        let witness = ServerHelloWitness()
        self.witness = witness
        // The witness first: the handshake starts when the TLS handler is added.
        try pipeline.addHandler(witness, position: .before(self))
        try pipeline.addHandler(handler, position: .before(self))
    }

    /// A handler that asks nobody but the function.
    private func own(
        _ tls: TLSPreparation, _ name: String?, _ context: ChannelHandlerContext,
        _ isAcceptable: @escaping @Sendable (PeerChain) -> Bool
    ) throws -> NIOSSLClientHandler {
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        return try NIOSSLClientHandler(
            context: tls.context, serverHostname: name,
            customVerificationCallback: { certificates, promise in
                let chain = PeerChain(
                    certificates: certificates.compactMap { try? $0.toDERBytes() }, serverName: name)
                let isAccepted = chain.certificates.count == certificates.count && isAcceptable(chain)
                this.value.chain = chain
                this.value.isCertificateRefused = !isAccepted
                promise.succeed(isAccepted ? .certificateVerified : .failed)
            })
    }

    /// Whether the certificate is for the server's name. The TLS library is content with one for the address that was connected to,
    /// which whoever forges an answer of the DNS can have.
    func isNameExpected(_ context: ChannelHandlerContext) -> Bool {
        guard let tls, case .full = tls.verification, let name = serverName else { return true }
        guard let leaf = try? context.pipeline.syncOperations.nioSSL_peerCertificate() else { return false }
        return CertificateCheck.names(leaf, name)
    }

    /// Reads the facts of a handshake that succeeded.
    func learnPeer(_ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        let version: String =
            switch try? pipeline.nioSSL_tlsVersion() {
            case .some(.tlsv13): "TLSv1.3"
            case .some(.tlsv12): "TLSv1.2"
            case .some(.tlsv11): "TLSv1.1"
            case .some(.tlsv1): "TLSv1"
            default: "unknown"
            }
        let leaf = (try? pipeline.nioSSL_peerCertificate()).flatMap { try? $0.toDERBytes() }
        peer = PeerTLS(
            version: version, cipher: witness?.cipherSuite.map(ServerHelloWitness.name),
            chain: chain ?? PeerChain(certificates: leaf.map { [$0] } ?? [], serverName: serverName),
            isVerified: tls?.verifies ?? false)
        if let witness { pipeline.removeHandler(witness, promise: nil) }
        witness = nil
    }
}
