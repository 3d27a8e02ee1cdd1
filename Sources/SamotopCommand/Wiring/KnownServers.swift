import Foundation
import Logging
import NIOPosix
import NIOSSL
import NameResolution
import SamotopContacts
import SamotopCore
import SamotopHTTPS
import SamotopQueue
import SamotopRelay
import SamotopSQLite
import ServiceLifecycle
import TransportSecurity

/// What is known of the servers that mail goes to, and who is asked how safely: it survives a restart where there is SQLite.
struct KnownServers: Sendable {
    let peers: any PeerStore
    /// Counts for TLS reports; nil: nothing is counted.
    let counts: (any TLSReportStore)?
    let security: RelaySecurity
    /// Posts reports, and what operators want to be told.
    let poster: HTTPSPoster
    /// What runs beside the server.
    let services: [any Service]
    #if SQLite
        private let stores: OutgoingStores
    #endif

    /// - Parameter key: the instance's.
    /// - Throws: ``StartFailure`` when the stores can't be opened, or the authorities can't be read.
    init(
        _ configuration: Configuration, _ resolver: any NameResolution.Resolver, key: [UInt8], _ logger: Logger
    ) async throws {
        var security = RelaySecurity()
        let authorities = try AuthorityFile.ofServers(configuration)
        if let authorities {
            security.anchors = authorities.anchors
        } else {
            logger.warning("authorities: \(AuthorityFile.none)", metadata: ["hint": "\(AuthorityFile.remedy)"])
        }
        let trustRoots = authorities.map { NIOSSLTrustRoots.file($0.path) } ?? .default
        var addresses = AddressRule()
        addresses.allowedNetworks = configuration.relay.networks
        let rule = addresses
        let mayReach: @Sendable (NameResolution.IPAddress) -> Bool = { rule.refusal(of: $0) == nil }
        let group = MultiThreadedEventLoopGroup.singleton
        poster = try HTTPSPoster(resolver: resolver, trustRoots: trustRoots, on: group, mayReach: mayReach)
        #if SQLite
            do {
                var settings = OutgoingStores.Settings()
                settings.names = NameKeeping(
                    key: key, seals: configuration.privacy.stores == .sealed, converts: true)
                stores = try await OutgoingStores.open(in: configuration.state, settings: settings)
            } catch let error as ContactStoreError {
                throw StartFailure(ExitStatus.failure, ["samotop: \(error.cause)"])
            }
            peers = stores.peers
            let fetcher = try HTTPSFetcher(
                resolver: resolver, trustRoots: trustRoots, on: group, mayReach: mayReach)
            counts = configuration.reports.send.contains(.tls) ? stores.reports : nil
            let discovery = MTASTSDiscovery(resolver: resolver, fetcher: fetcher, store: stores.policies)
            security.mtaSTS = discovery
            let opened = stores
            services = [
                KnownServersMaintenance(opened.peers, opened.policies, discovery, logger) {
                    try await opened.checkpoint()
                }
            ]
        #else
            peers = MemoryPeerStore()
            counts = nil
            services = []
        #endif
        security.peers = peers
        security.reports = counts
        self.security = security
    }

    /// Addresses that refused an account's mail for good.
    func suppression(key: [UInt8], _ limits: SuppressionLimits) async throws -> any SuppressionStore {
        #if SQLite
            do { return try await stores.suppression(key: key, limits: limits) } catch let error as ContactStoreError {
                throw StartFailure(ExitStatus.failure, ["samotop: \(error.cause)"])
            }
        #else
            return MemorySuppressionStore(limits: limits)
        #endif
    }

    /// Writes what waits.
    func close() async throws {
        #if SQLite
            try await stores.close()
        #endif
    }
}
