import Foundation
import NIOPosix
import NameResolution
import SamotopContacts
import SamotopCore
import SamotopHTTPS
import SamotopQueue
import SamotopRelay
import SamotopSQLite
import TransportSecurity

/// What is known of the servers that mail goes to, and who is asked how safely: it survives a restart where there is SQLite.
struct KnownServers: Sendable {
    /// Debian's authorities, for MTA-STS and REQUIRETLS.
    private static let authorities = "/etc/ssl/certs/ca-certificates.crt"

    let peers: any PeerStore
    /// Counts for TLS reports; nil: nothing is counted.
    let counts: (any TLSReportStore)?
    let security: RelaySecurity
    /// Posts reports, and what operators want to be told.
    let poster: HTTPSPoster
    #if SQLite
        private let stores: OutgoingStores
    #endif

    /// - Parameter key: the instance's.
    /// - Throws: ``StartFailure`` when the stores can't be opened, or the authorities can't be read.
    init(_ configuration: Configuration, _ resolver: any NameResolution.Resolver, key: [UInt8]) async throws {
        var security = RelaySecurity()
        if let octets = try? LocalFile.read(Self.authorities, limit: TrustAnchors.maximumFile),
            let anchors = TrustAnchors(pem: String(decoding: octets, as: UTF8.self))
        {
            security.anchors = anchors
        }
        var addresses = AddressRule()
        addresses.allowedNetworks = configuration.relay.networks
        let rule = addresses
        let mayReach: @Sendable (NameResolution.IPAddress) -> Bool = { rule.refusal(of: $0) == nil }
        let group = MultiThreadedEventLoopGroup.singleton
        poster = try HTTPSPoster(resolver: resolver, on: group, mayReach: mayReach)
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
            let fetcher = try HTTPSFetcher(resolver: resolver, on: group, mayReach: mayReach)
            counts = configuration.reports.send.contains(.tls) ? stores.reports : nil
            security.mtaSTS = MTASTSDiscovery(resolver: resolver, fetcher: fetcher, store: stores.policies)
        #else
            peers = MemoryPeerStore()
            counts = nil
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
