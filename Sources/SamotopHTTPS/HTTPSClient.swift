public import NIOCore
import NIOHTTP1
public import NIOSSL
public import NameResolution
public import TransportSecurity

/// Asks `https:` URLs and takes the whole answer, fields and body, whatever its status: for authorities that issue certificates, and for issuers of
/// tokens.
///
/// As ``HTTPSPoster``: one connection for each, HTTP/1.1, no redirects, cookies, proxies or pool; the certificate is verified for the
/// host's name before anything is sent.
public struct HTTPSClient: Sendable {
    /// Seconds for a request at most.
    public static let maximumTimeout = 60
    /// Octets of a request's body at most.
    public static let maximumBody = 1 << 20

    /// What a server answers.
    public struct Response: Sendable {
        /// 200 to 599.
        public let status: Int
        /// Header fields, as they came.
        public let fields: [(name: String, value: String)]
        /// All of it.
        public let body: [UInt8]
    }

    /// Waits; tests turn the time.
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    private let dialer: HTTPSDialer
    /// For `http:` to this machine; nil: nothing goes there in clear.
    private let local: HTTPSDialer?
    private let limit: Int

    /// A client. Reads the trust roots: blocks for some milliseconds, not for event loops.
    ///
    /// - Parameters:
    ///   - resolver: where addresses are looked up.
    ///   - trustRoots: authorities; `.default` are the system's.
    ///   - limit: octets of a response's body at most.
    ///   - group: where connections live.
    ///   - asksThisMachine: whether `http://localhost` may be asked, in clear.
    ///   - mayReach: whether an address may be connected to.
    /// - Throws: what NIOSSL throws when the trust roots can't be read.
    public init(
        resolver: any Resolver, trustRoots: NIOSSLTrustRoots = .default, limit: Int, on group: any EventLoopGroup,
        asksThisMachine: Bool = false, mayReach: @escaping @Sendable (IPAddress) -> Bool
    ) throws {
        self.limit = limit
        dialer = try HTTPSDialer(resolver: resolver, trustRoots: trustRoots, on: group, mayReach: mayReach)
        local =
            asksThisMachine
            ? try HTTPSDialer(resolver: ThisMachine(), trustRoots: trustRoots, on: group, mayReach: { _ in true }) : nil
    }

    /// Posts a body, or gets when there is none.
    ///
    /// - Parameters:
    ///   - fields: header fields besides Host, User-Agent, Connection and Content-Length; printable ASCII.
    ///   - timeout: seconds for all of it.
    /// - Throws: ``TransportSecurity/HTTPSFetchError``: `tooLong` also for a body over the limit, `unreachable` also for `http:` where that
    ///   isn't allowed.
    public func ask(
        _ address: HTTPSAddress, fields: [(name: String, value: String)], body: [UInt8]? = nil,
        timeout: Int = HTTPSClient.maximumTimeout
    ) async throws(HTTPSFetchError) -> Response {
        guard let dialer = address.isPlain ? local : dialer else { throw .unreachable }
        guard (body?.count ?? 0) <= Self.maximumBody else { throw .tooLong }
        let call = HTTPSCall(
            method: body == nil ? .GET : .POST, host: address.host, port: address.port, path: address.path,
            fields: fields, body: body ?? [], limit: limit, isPlain: address.isPlain, takesEveryBody: true)
        let reply = try await dialer.reply(
            to: call, within: .seconds(min(timeout, Self.maximumTimeout)), sleep: sleep)
        return Response(status: reply.status, fields: reply.fields.map { ($0.name, $0.value) }, body: reply.body)
    }
}
