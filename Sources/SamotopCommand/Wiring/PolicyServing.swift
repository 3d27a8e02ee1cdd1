import NIOPosix
import NIOSSL
import NameResolution
import SamotopACME
import SamotopDelivery
import SamotopHTTPS
import SamotopServer
import ServiceLifecycle
import Synchronization
import TransportSecurity

/// Serves the MTA-STS policy of our domains, and published keys, for as long as the server runs.
struct PolicyServing: Service {
    private let server: MTASTSPolicyServer
    private let socket: ListeningSocket
    private let settings: PolicySettings
    private let name: String
    private let keys: PublishedKeys?

    /// Nil: none is configured.
    ///
    /// - Parameters:
    ///   - directory: where mail for the addresses goes.
    ///   - identities: the certificates of HTTPS.
    ///   - encryption: whose keys are published, where they are.
    ///   - challenges: those of an authority, which may ask at the same port.
    init?(
        _ configuration: Configuration, _ directory: Directory, on socket: ListeningSocket?,
        _ identities: TLSIdentities?,
        _ encryption: EncryptionRooms?, _ challenges: TLSChallenges?
    ) throws(StartFailure) {
        guard let socket, let identities else { return nil }
        self.socket = socket
        settings = configuration.policy
        name = configuration.name
        let isPublishing = configuration.encryption.publish == .on
        keys = isPublishing ? encryption.map { PublishedKeys(configuration, directory, $0) } : nil
        do throws(MTASTSPolicyError) {
            let policies = try Self.policies(configuration, settings, name)
            server = MTASTSPolicyServer(
                policies, others: keys,
                secure: {
                    challenges?.handler { identities.context } ?? NIOSSLServerHandler(context: identities.context)
                })
        } catch {
            throw StartFailure(ExitStatus.configuration, [configuration.problem("mta-sts", "not a policy: \(error)")])
        }
        tellPrograms(configuration)
    }

    /// Takes up the domains of a reload.
    func change(to configuration: Configuration, _ directory: Directory) {
        keys?.change(to: configuration, directory)
        guard let policies = try? Self.policies(configuration, settings, name) else { return }
        server.update(policies)
        tellPrograms(configuration)
    }

    private func tellPrograms(_ configuration: Configuration) {
        guard let settings = configuration.clientSettings else { return server.serve(nil) }
        server.serve { settings.page($0) }
    }

    func run() async throws {
        let listener = try await server.listen(
            descriptor: socket.descriptor, MultiThreadedEventLoopGroup.singleton)
        try await gracefulShutdown()
        await listener.close()
    }

    /// The policy of each of our domains; all have the same.
    static func policies(_ configuration: Configuration, _ settings: PolicySettings, _ name: String)
        throws(MTASTSPolicyError) -> [DNSName: MTASTSPolicy]
    {
        let mode: MTASTSPolicy.Mode =
            switch settings.mode {
            case .testing: .testing
            case .enforce: .enforce
            case .none: .none
            }
        let policy = try MTASTSPolicy(
            mode: mode, maxAge: settings.maximumAge.components.seconds,
            hosts: settings.hosts.isEmpty ? [name] : settings.hosts)
        var policies: [DNSName: MTASTSPolicy] = [:]
        for domain in configuration.domains { if let name = DNSName(domain.name) { policies[name] = policy } }
        return policies
    }
}
