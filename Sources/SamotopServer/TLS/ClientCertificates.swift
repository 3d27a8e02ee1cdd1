import NIOCore
import NIOSSL

extension TLSIdentities.Loaded {
    /// Certificates of a chain that are passed on; more are dropped from the end.
    static let maximumCertificates = 10

    /// What speaks TLS on a connection.
    ///
    /// - Parameter take: told of what the client presents, before the handshake goes on. No certificate ends a session, but for what the library
    ///   can't read and a key usage without signatures: who may do what with it is decided inside.
    func handler(telling take: @escaping @Sendable (_ chain: [[UInt8]]) async -> Void) -> NIOSSLServerHandler {
        guard asksForCertificates else { return NIOSSLServerHandler(context: context) }
        return NIOSSLServerHandler(context: context) { chain, promise in
            let octets = chain.prefix(Self.maximumCertificates).compactMap { try? $0.toDERBytes() }
            Task {
                await take(octets)
                promise.succeed(.certificateVerified)
            }
        }
    }
}
