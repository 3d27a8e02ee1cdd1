import Foundation
import NIOPosix
import NameResolution
import SamotopContacts
import SamotopCore
import SamotopHTTPS
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
    #if SQLite
        private let stores: OutgoingStores
    #endif

    /// - Throws: ``StartFailure`` when the stores can't be opened, or the authorities can't be read.
    init(_ configuration: Configuration, _ resolver: any NameResolution.Resolver) async throws {
        var security = RelaySecurity()
        if let octets = try? LocalFile.read(Self.authorities, limit: TrustAnchors.maximumFile),
            let anchors = TrustAnchors(pem: String(decoding: octets, as: UTF8.self))
        {
            security.anchors = anchors
        }
        #if SQLite
            do {
                stores = try await OutgoingStores.open(in: configuration.state)
            } catch let error as ContactStoreError {
                throw StartFailure(ExitStatus.failure, ["samotop: \(error.cause)"])
            }
            peers = stores.peers
            var addresses = AddressRule()
            addresses.allowedNetworks = configuration.relay.networks
            let rule = addresses
            let fetcher = try HTTPSFetcher(
                resolver: resolver, on: MultiThreadedEventLoopGroup.singleton, mayReach: { rule.refusal(of: $0) == nil }
            )
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

    /// Writes what waits.
    func close() async throws {
        #if SQLite
            try await stores.close()
        #endif
    }
}
