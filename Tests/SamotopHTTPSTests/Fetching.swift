import NIOPosix
import NIOSSL
import NameResolution
import Synchronization
import Testing
import TransportSecurity

@testable import SamotopHTTPS

/// Answers with the same addresses whatever is asked for, and remembers what was.
final class FixedAddresses: NameResolution.Resolver {
    private let addresses: [IPAddress]
    private let asked = Mutex<[DNSName]>([])

    init(_ addresses: [String]) { self.addresses = addresses.compactMap { IPAddress($0) } }

    var questions: [DNSName] { asked.withLock { $0 } }

    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        if type == .txt { return Answer(.records([.text([Array("v=STSv1; id=1;".utf8)])])) }
        asked.withLock { $0.append(name) }
        let found = addresses.filter { $0.isIPv6 == (type == .aaaa) }
        return Answer(found.isEmpty ? .noData : .records(found.map { .address($0) }))
    }
}

enum Fetching {
    static let policy = "version: STSv1\r\nmode: enforce\r\nmx: mx.example.org\r\nmax_age: 86400\r\n"

    /// A response with a body of its length.
    static func response(_ body: String = policy, status: String = "200 OK", fields: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    static func request(
        _ host: String = "mta-sts.example.org", path: String = "/.well-known/mta-sts.txt", length: Int = 64 << 10,
        timeout: Int = 60
    ) throws -> HTTPSRequest {
        HTTPSRequest(
            host: try #require(DNSName(host)), path: path, maximumLength: length, timeout: timeout)
    }

    /// A fetcher that trusts one authority and waits for ever, unless it is told otherwise.
    static func fetcher(
        _ authority: Authority, port: Int, addresses: [String] = ["127.0.0.1"],
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in try await Task.sleep(for: .seconds(86_400))
        },
        mayReach: @escaping @Sendable (IPAddress) -> Bool = { _ in true }
    ) throws -> HTTPSFetcher {
        try fetcher(authority, port: port, resolver: FixedAddresses(addresses), sleep: sleep, mayReach: mayReach)
    }

    static func fetcher(
        _ authority: Authority, port: Int, resolver: any NameResolution.Resolver,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in try await Task.sleep(for: .seconds(86_400))
        },
        mayReach: @escaping @Sendable (IPAddress) -> Bool = { _ in true }
    ) throws -> HTTPSFetcher {
        var fetcher = try HTTPSFetcher(
            resolver: resolver, trustRoots: authority.trustRoots, on: MultiThreadedEventLoopGroup.singleton,
            mayReach: mayReach)
        fetcher.port = port
        fetcher.sleep = sleep
        return fetcher
    }

    /// What a fetch from a server of this manner and certificate comes to.
    static func result(
        _ manner: PolicyServer.Manner, _ wish: Authority.Wish = .init(), maximum: TLSVersion? = nil,
        asking request: HTTPSRequest? = nil
    ) async throws -> Result<HTTPSResponse, HTTPSFetchError> {
        let authority = try Authority()
        return try await PolicyServer.run(manner, authority.sign(wish), maximum: maximum) { server in
            let fetcher = try fetcher(authority, port: server.port)
            let wanted = try request ?? self.request()
            do throws(HTTPSFetchError) {
                return .success(try await fetcher.fetch(wanted))
            } catch { return .failure(error) }
        }
    }
}
