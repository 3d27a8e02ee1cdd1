public import NIOCore
import NIOHTTP1
import NIOPosix
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
    public static let maximumAddresses = 4
    /// Seconds until the next address is tried.
    public static let connectTimeout = 10

    /// The port; tests have another.
    var port = 443
    /// Waits; tests turn the time.
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    // NIO has a Resolver, too.
    private let resolver: any NameResolution.Resolver
    private let context: NIOSSLContext
    private let group: any EventLoopGroup
    private let mayReach: @Sendable (IPAddress) -> Bool

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
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.trustRoots = trustRoots
        configuration.applicationProtocols = ["http/1.1"]
        // The name is checked by ServerIdentity: NIOSSL would take a common name, or an IP address, for it.
        configuration.certificateVerification = .noHostnameVerification
        context = try NIOSSLContext(configuration: configuration)
        self.resolver = resolver
        self.group = group
        self.mayReach = mayReach
    }

    /// Fetches a policy; the body of a response other than 200 is not read, and empty.
    ///
    /// - Throws: ``TransportSecurity/HTTPSFetchError/unreachable`` also when the request is for anything but a policy, and when
    ///   no address may be reached.
    public func fetch(_ request: HTTPSRequest) async throws(HTTPSFetchError) -> HTTPSResponse {
        guard Self.isForPolicy(request) else { throw .unreachable }
        let limit = Duration.seconds(min(request.timeout, Self.maximumTimeout))
        do {
            return try await withThrowingTaskGroup(of: HTTPSResponse.self) { tasks in
                defer { tasks.cancelAll() }
                tasks.addTask { try await fetchFromAny(request) }
                tasks.addTask {
                    try await sleep(limit)
                    throw HTTPSFetchError.timeout
                }
                guard let response = try await tasks.next() else { throw HTTPSFetchError.unreachable }
                return response
            }
        } catch {
            throw error as? HTTPSFetchError ?? .unreachable
        }
    }

    /// RFC 8461 §3.3.
    private static func isForPolicy(_ request: HTTPSRequest) -> Bool {
        guard request.path == "/.well-known/mta-sts.txt", request.host.isHostName, let domain = request.host.parent
        else {
            return false
        }
        return domain != .root && domain.prefixed(by: "mta-sts") == request.host
    }

    /// The answer of the first address that gives one.
    private func fetchFromAny(_ request: HTTPSRequest) async throws -> HTTPSResponse {
        for address in await addresses(of: request.host).prefix(Self.maximumAddresses) {
            try Task.checkCancellation()
            do { return try await exchange(request, with: address) } catch HTTPSFetchError.unreachable { continue }
        }
        throw HTTPSFetchError.unreachable
    }

    /// Addresses that may be reached, of IPv6 and IPv4 in turn.
    private func addresses(of host: DNSName) async -> [IPAddress] {
        async let six = try? resolver.addresses(host, isIPv6: true)
        async let four = try? resolver.addresses(host, isIPv6: false)
        let (longer, shorter) = (await six ?? [], await four ?? [])
        var found: [IPAddress] = []
        for index in 0..<min(max(longer.count, shorter.count), Self.maximumAddresses) {
            for list in [longer, shorter] where index < list.count {
                let address = list[index].withoutMapping
                if !found.contains(address), mayReach(address) { found.append(address) }
            }
        }
        return found
    }

    private func exchange(_ request: HTTPSRequest, with address: IPAddress) async throws -> HTTPSResponse {
        let server = try SocketAddress(packedIPAddress: ByteBuffer(bytes: address.octets), port: port)
        let connection = HTTPSConnection()
        let loop = group.any()
        let response = loop.makePromise(of: HTTPSResponse.self)
        let limit = min(max(0, request.maximumLength), Self.maximumLength)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.seconds(Int64(Self.connectTimeout)))
            .channelInitializer { [context, port] channel in
                channel.eventLoop.makeCompletedFuture {
                    try connection.begin(channel)
                    let pipeline = channel.pipeline.syncOperations
                    let tls = try NIOSSLClientHandler(context: context, serverHostname: request.host.text)
                    try pipeline.addHandler(tls)
                    try pipeline.addHandler(OctetLimit(2 * limit + OctetLimit.framing))
                    try pipeline.addHandler(HTTPRequestEncoder())
                    try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
                    try pipeline.addHandler(
                        HTTPSExchange(request, port: port, limit: limit, over: tls, answer: response))
                }
            }
        return try await withTaskCancellationHandler {
            bootstrap.connect(to: server).whenFailure { _ in response.fail(HTTPSFetchError.unreachable) }
            return try await response.futureResult.get()
        } onCancel: {
            connection.cancel()
            // A server that doesn't answer TLS's goodbye is not waited for.
            response.fail(HTTPSFetchError.unreachable)
        }
    }
}
