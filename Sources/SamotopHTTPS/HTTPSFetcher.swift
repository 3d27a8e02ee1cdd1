public import NIOCore
import NIOHTTP1
public import NIOSSL
public import NameResolution
public import TransportSecurity

/// Fetches MTA-STS policies by HTTPS (RFC 8461 §3.3), and nothing else: `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`.
///
/// One connection for each, with HTTP/1.1 on SwiftNIO: no redirects, cookies, proxies, caches, compression or pool. The host's
/// addresses are looked up first, and only those are connected to that ``init(resolver:trustRoots:on:mayReach:)`` allows: whoever
/// publishes a policy host could else have us speak to any host of the operator's network. The certificate must be one of an
/// authority in the trust roots for exactly this name, as a dNSName (RFC 6125 §6.4); it is checked before the request is sent.
public struct HTTPSFetcher: HTTPSFetching {
    /// Seconds for a fetch at most, whatever the request says (RFC 8461 §3.3).
    public static let maximumTimeout = 60
    /// Octets of a body at most, whatever the request says.
    public static let maximumLength = 64 << 10
    /// Addresses that are tried at most.
    public static let maximumAddresses = HTTPSDialer.maximumAddresses
    /// Seconds until the next address is tried.
    public static let connectTimeout = HTTPSDialer.connectTimeout

    /// The port; tests have another.
    var port = 443
    /// Waits; tests turn the time.
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    private let dialer: HTTPSDialer

    /// A fetcher. Reads the trust roots: blocks for some milliseconds, not for event loops.
    ///
    /// - Parameters:
    ///   - resolver: where addresses are looked up. It bounds its own time: one that takes longer than the request allows, and
    ///     doesn't end when its task is cancelled, makes the fetch so much longer.
    ///   - trustRoots: authorities; `.default` are the system's.
    ///   - group: where connections live.
    ///   - mayReach: whether an address may be connected to. It should refuse loopback, private and all other addresses that
    ///     are not of the public Internet. An IPv4 address that is mapped to IPv6 comes as IPv4.
    /// - Throws: what NIOSSL throws when the trust roots can't be read.
    public init(
        resolver: any NameResolution.Resolver, trustRoots: NIOSSLTrustRoots = .default, on group: any EventLoopGroup,
        mayReach: @escaping @Sendable (IPAddress) -> Bool
    ) throws {
        dialer = try HTTPSDialer(resolver: resolver, trustRoots: trustRoots, on: group, mayReach: mayReach)
    }

    /// Fetches a policy; the body of a response other than 200 is not read, and empty.
    ///
    /// - Throws: ``TransportSecurity/HTTPSFetchError/unreachable`` also when the request is for anything but a policy, and when
    ///   no address may be reached.
    public func fetch(_ request: HTTPSRequest) async throws(HTTPSFetchError) -> HTTPSResponse {
        guard Self.isForPolicy(request) else { throw .unreachable }
        let call = HTTPSCall(
            method: .GET, host: request.host, port: port, path: request.path, fields: [("accept", "text/plain")],
            limit: min(max(0, request.maximumLength), Self.maximumLength))
        return try await dialer.answer(
            to: call, within: .seconds(min(request.timeout, Self.maximumTimeout)), sleep: sleep)
    }

    /// RFC 8461 §3.3.
    private static func isForPolicy(_ request: HTTPSRequest) -> Bool {
        guard request.path == "/.well-known/mta-sts.txt", request.host.isHostName, let domain = request.host.parent
        else {
            return false
        }
        return domain != .root && domain.prefixed(by: "mta-sts") == request.host
    }
}
