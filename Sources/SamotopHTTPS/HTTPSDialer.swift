import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NameResolution
import TransportSecurity

/// Makes the connection for one request: with TLS that is verified, to addresses that may be reached.
struct HTTPSDialer: Sendable {
    /// Addresses that are tried at most.
    static let maximumAddresses = 4
    /// Seconds until the next address is tried.
    static let connectTimeout = 10

    // NIO has a Resolver, too.
    private let resolver: any NameResolution.Resolver
    private let context: NIOSSLContext
    private let group: any EventLoopGroup
    private let mayReach: @Sendable (IPAddress) -> Bool

    init(
        resolver: any NameResolution.Resolver, trustRoots: NIOSSLTrustRoots, on group: any EventLoopGroup,
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

    /// The response; the body of one other than 200 is not read, and empty.
    func answer(
        to call: HTTPSCall, within limit: Duration, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) async throws(HTTPSFetchError) -> HTTPSResponse {
        try await reply(to: call, within: limit, sleep: sleep).response
    }

    /// The response as it came.
    func reply(
        to call: HTTPSCall, within limit: Duration, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) async throws(HTTPSFetchError) -> HTTPSReply {
        do {
            return try await withThrowingTaskGroup(of: HTTPSReply.self) { tasks in
                defer { tasks.cancelAll() }
                tasks.addTask { try await answerOfAny(call) }
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

    /// The answer of the first address that gives one.
    private func answerOfAny(_ call: HTTPSCall) async throws -> HTTPSReply {
        for address in await addresses(of: call.host).prefix(Self.maximumAddresses) {
            try Task.checkCancellation()
            do { return try await exchange(call, with: address) } catch HTTPSFetchError.unreachable { continue }
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

    private func exchange(_ call: HTTPSCall, with address: IPAddress) async throws -> HTTPSReply {
        let server = try SocketAddress(packedIPAddress: ByteBuffer(bytes: address.octets), port: call.port)
        let connection = HTTPSConnection()
        let loop = group.any()
        let response = loop.makePromise(of: HTTPSReply.self)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.seconds(Int64(Self.connectTimeout)))
            .channelInitializer { [context] channel in
                channel.eventLoop.makeCompletedFuture {
                    try connection.begin(channel)
                    let pipeline = channel.pipeline.syncOperations
                    let tls =
                        try call.isPlain
                        ? nil : NIOSSLClientHandler(context: context, serverHostname: call.host.text)
                    if let tls { try pipeline.addHandler(tls) }
                    try pipeline.addHandler(OctetLimit(2 * call.limit + OctetLimit.framing))
                    try pipeline.addHandler(HTTPRequestEncoder())
                    try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder()))
                    try pipeline.addHandler(HTTPSExchange(call, over: tls, answer: response))
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
