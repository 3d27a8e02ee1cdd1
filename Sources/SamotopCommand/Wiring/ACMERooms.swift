import ACME
import Crypto
import Foundation
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import NameResolution
import SamotopACME
import SamotopHTTPS
import SamotopServer
import ServiceLifecycle
import X509

/// What an authority's certificate takes: who answers its challenges, and who asks it.
struct ACMERooms: Sendable {
    let services: [any Service]
    /// What `samotop acme` asks a running server.
    let answers: [String: ControlSocket.Answer]
    /// Challenges in TLS that are answered where HTTPS is served; nil: none are.
    let challenges: TLSChallenges?

    /// Nil: no authority is configured.
    init?(
        _ configuration: Configuration, on sockets: [ListeningSocket], _ resolver: (any NameResolution.Resolver)?,
        _ identities: [TLSIdentities], _ logger: Logger
    ) throws(StartFailure) {
        guard let settings = configuration.tls.acme, let resolver else { return nil }
        let group = MultiThreadedEventLoopGroup.singleton
        let client: HTTPSClient
        do {
            // The operator named the authority, wherever it is.
            client = try HTTPSClient(
                resolver: resolver, trustRoots: settings.caFile.map { .file($0) } ?? .default,
                limit: ACMEClient.maximumResponse, on: group, mayReach: { _ in true })
        } catch {
            throw StartFailure(
                ExitStatus.configuration,
                [configuration.problem("tls.acme.ca-file", "no certificates can be read from it: \(error)")])
        }
        let responder: any ACMEChallengeResponder
        let server: ChallengeServing
        switch settings.challenge {
        case .http:
            let challenges = HTTPChallengeServer()
            server = ChallengeServing(sockets: sockets) { try await challenges.listen(descriptor: $0, group) }
            (responder, self.challenges) = (challenges, nil)
        case .tls:
            let challenges = TLSChallenges { Int64(Date().timeIntervalSince1970) }
            server = ChallengeServing(sockets: sockets) { try await challenges.listen(descriptor: $0, group) }
            (responder, self.challenges) = (challenges, challenges)
        }
        let renewal = CertificateRenewal(
            configuration.certificateFolder, host: configuration.name, names: configuration.acmeNames, logger: logger
        ) { account, names, key in
            let authority = ACMEClient(
                directory: settings.directory, key: account, transport: HTTPSTransport(client))
            let place = try await authority.register(
                contact: settings.contact.map { [$0] } ?? [], agreesToTerms: settings.agreesToTerms)
            let chain = try await ACMEIssuance(authority, responder: responder)
                .chain(for: names, key: Certificate.PrivateKey(key))
            return CertificateRenewal.Issued(chain: chain, account: place)
        } onChange: {
            // One that can't be loaded keeps none of the others from it.
            var failure: (any Error)?
            for identity in identities {
                do { try identity.reload() } catch { failure = error }
            }
            if let failure { throw failure }
        }
        services = [server, renewal]
        answers = [
            "acme-renew": { argument in
                try await renewal.renew(withNextKey: argument == "next-key")
            }
        ]
    }
}

/// Listens for an authority that looks at challenges.
private struct ChallengeServing: Service {
    let sockets: [ListeningSocket]
    let listen: @Sendable (CInt) async throws -> any Channel

    func run() async throws {
        var channels: [any Channel] = []
        for socket in sockets { channels.append(try await listen(socket.descriptor)) }
        try await gracefulShutdown()
        for channel in channels { try? await channel.close() }
    }
}
