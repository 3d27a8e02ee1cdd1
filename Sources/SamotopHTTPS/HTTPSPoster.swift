public import NIOCore
import NIOHTTP1
public import NIOSSL
public import NameResolution
public import TransportSecurity

/// Posts octets to `https:` URLs: reports (RFC 8460 §3), and what operators want to be told.
///
/// As ``HTTPSFetcher``: one connection for each, HTTP/1.1, no redirects, cookies, proxies or pool; the certificate is verified for the
/// host's name before anything is sent; only addresses are connected to that may be reached. What the server answers is not read
/// beyond its status. The octets may arrive twice, when a connection breaks before the answer: they should carry an identifier.
public struct HTTPSPoster: Sendable {
    /// Seconds for a request at most.
    public static let maximumTimeout = 60
    /// Octets of a request's body at most.
    public static let maximumBody = 16 << 20
    /// Octets of a response's body at most; it isn't looked at.
    static let maximumAnswer = 16 << 10

    /// Waits; tests turn the time.
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    private let dialer: HTTPSDialer
    private let local: HTTPSDialer

    /// A poster. Reads the trust roots: blocks for some milliseconds, not for event loops.
    ///
    /// - Parameters:
    ///   - resolver: where addresses are looked up.
    ///   - trustRoots: authorities; `.default` are the system's.
    ///   - group: where connections live.
    ///   - mayReach: whether an address may be connected to. It should refuse loopback, private and all other addresses that
    ///     are not of the public Internet, unless the operator names them.
    /// - Throws: what NIOSSL throws when the trust roots can't be read.
    public init(
        resolver: any Resolver, trustRoots: NIOSSLTrustRoots = .default, on group: any EventLoopGroup,
        mayReach: @escaping @Sendable (IPAddress) -> Bool
    ) throws {
        dialer = try HTTPSDialer(resolver: resolver, trustRoots: trustRoots, on: group, mayReach: mayReach)
        local = try HTTPSDialer(resolver: ThisMachine(), trustRoots: trustRoots, on: group) { _ in true }
    }

    /// The status that the server answered with, 200 to 599.
    ///
    /// - Parameter fields: header fields besides Host, User-Agent, Connection and Content-Length; names and values are printable
    ///   ASCII.
    /// - Throws: ``TransportSecurity/HTTPSFetchError``: `tooLong` also for a body over the limit, `unreachable` also for
    ///   fields that can't be written and when no address may be reached.
    public func post(
        _ body: [UInt8], fields: [(name: String, value: String)], to address: HTTPSAddress
    ) async throws(HTTPSFetchError) -> Int {
        guard body.count <= Self.maximumBody else { throw .tooLong }
        guard fields.allSatisfy({ Self.isPlain($0.name) && Self.isPlain($0.value) && !$0.name.isEmpty }) else {
            throw .unreachable
        }
        let call = HTTPSCall(
            method: .POST, host: address.host, port: address.port, path: address.path, fields: fields, body: body,
            limit: Self.maximumAnswer, isPlain: address.isPlain)
        let dialer = address.isPlain ? local : dialer
        do throws(HTTPSFetchError) {
            return try await dialer.answer(to: call, within: .seconds(Self.maximumTimeout), sleep: sleep).status
        } catch .tooLong {
            // It answered; at such length nobody listens.
            return 200
        }
    }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }
}
