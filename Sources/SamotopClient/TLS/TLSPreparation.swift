import NIOCore
import NIOPosix
import NIOSSL
import SMTP

/// A client's TLS made ready: files read, authorities parsed. Making it blocks, and may take milliseconds with the system's
/// authorities, so it is made once and off the event loops.
struct TLSPreparation: Sendable {
    let context: NIOSSLContext
    let verification: ClientTLS.Verification
    private let serverName: ClientTLS.ServerName

    init(_ tls: ClientTLS) throws(SMTPClientError) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        switch tls.minimumVersion {
        case .tls10: configuration.minimumTLSVersion = .tlsv1
        case .tls12: configuration.minimumTLSVersion = .tlsv12
        case .tls13: configuration.minimumTLSVersion = .tlsv13
        }
        verification = tls.verification
        serverName = tls.serverName
        switch tls.verification {
        case .full: configuration.certificateVerification = .fullVerification
        case .chainOnly, .none, .verifier: configuration.certificateVerification = .noHostnameVerification
        }
        do {
            switch (tls.verification, tls.trust) {
            // Nobody asks for them.
            case (.none, _), (.verifier, _): configuration.trustRoots = .certificates([])
            case (_, .system): configuration.trustRoots = .default
            case (_, .file(let path)): configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
            case (_, .certificates(let authorities)):
                configuration.trustRoots = .certificates(
                    try authorities.map { try NIOSSLCertificate(bytes: $0, format: .der) })
            }
            if let own = tls.clientCertificate {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(own.chainFile)
                    .map { .certificate($0) }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: own.keyFile, format: .pem))
            }
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw SMTPClientError(
                stage: .tls, kind: .client, reason: .configuration("certificates or keys can't be used"),
                underlying: error)
        }
    }

    /// Makes it on a thread that may block.
    static func offLoop(_ tls: ClientTLS) async throws(SMTPClientError) -> TLSPreparation {
        let result: Result<TLSPreparation, SMTPClientError>
        do {
            result = try await NIOThreadPool.singleton.runIfActive {
                do throws(SMTPClientError) {
                    return .success(try TLSPreparation(tls))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw SMTPClientError(stage: .tls, kind: .client, reason: .cancelled, underlying: error)
        }
        return try result.get()
    }

    /// The name for SNI and, with `full`, the certificate. Nil when there is none, or it is an IP address (RFC 6066 §3).
    func name(for server: ServerAddress) -> String? {
        let name: String?
        switch serverName {
        case .none: name = nil
        case .name(let other): name = other
        case .address: name = server.name
        }
        guard var name, (try? SocketAddress(ipAddress: name, port: 0)) == nil else { return nil }
        if name.hasSuffix(".") { name.removeLast() }
        return name.isEmpty ? nil : name
    }

    var verifies: Bool {
        if case .none = verification { false } else { true }
    }
}
