public import NameResolution

/// Finds the MTA-STS policy of a domain (RFC 8461 §3): by its TXT record, from the store, and by HTTPS.
public struct MTASTSDiscovery: Sendable {
    /// Seconds until a policy that could not be fetched is tried again (RFC 8461 §3.3).
    public static let retryInterval: Int64 = 300
    /// Seconds for a fetch (RFC 8461 §3.3 asks for one minute at most).
    public static let timeout = 60

    private let resolver: any Resolver
    private let fetcher: any HTTPSFetching
    private let store: any MTASTSStore

    /// A discovery.
    public init(resolver: any Resolver, fetcher: any HTTPSFetching, store: any MTASTSStore) {
        self.resolver = resolver
        self.fetcher = fetcher
        self.store = store
    }

    /// The policy that holds for a domain.
    ///
    /// A store that fails is one without a policy when it is read, and throws nothing either when it is written: what was fetched holds nevertheless.
    ///
    /// - Parameter now: seconds since 1970.
    public func find(_ domain: DNSName, now: Int64) async -> MTASTSFinding { fatalError() }
}
