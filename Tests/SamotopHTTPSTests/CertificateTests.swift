import NIOPosix
import NIOSSL
import NameResolution
import SwiftASN1
import Testing
import TransportSecurity
import X509

@testable import SamotopHTTPS

@Suite("D16: whose policy it is", .serialized)
struct CertificateTests {
    @Test(
        "a certificate for the name, or with one asterisk in place of its first label, is the right one",
        arguments: [
            ["mta-sts.example.org"], ["*.example.org"], ["MTA-STS.Example.ORG"],
            ["other.example", "mta-sts.example.org"],
        ])
    func right(_ names: [String]) async throws {
        let found = try await Fetching.result(.answer(Fetching.response()), .init(names: names.map { .dnsName($0) }))
        let body = Array(Fetching.policy.utf8)
        #expect(found == .success(HTTPSResponse(status: 200, contentType: "text/plain", body: body)))
    }

    @Test(
        "a certificate for another name is none, whatever else it says",
        arguments: [
            .named("mta-sts.example.net"), .named("example.org"), .named("*.org"), .named("*.mta-sts.example.org"),
            .named("mta-*.example.org"), .named("*"), .named("*.*.org"), .named(""),
            .named("mta-sts.example.org.evil.example"),
            // Without a subjectAltName the common name doesn't count.
            .init(names: nil, commonName: "mta-sts.example.org"),
            // The address is no name: whoever answers for the domain in the DNS can have a certificate for it.
            .init(names: [.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))]),
            .init(names: [.rfc822Name("mta-sts.example.org"), .uniformResourceIdentifier("mta-sts.example.org")]),
        ] as [Authority.Wish])
    func wrongName(_ wish: Authority.Wish) async throws {
        try await expectRefusal(wish)
    }

    @Test(
        "expired, not valid yet, for clients only: none",
        arguments: [.init(from: -7_000, to: -10), .init(from: 3_000, to: 3_600), .init(purpose: .clientAuth)]
            as [Authority.Wish])
    func outOfTime(_ wish: Authority.Wish) async throws {
        try await expectRefusal(wish)
    }

    /// Refused, and nothing was asked for.
    private func expectRefusal(_ wish: Authority.Wish) async throws {
        let authority = try Authority()
        try await PolicyServer.run(.answer(Fetching.response()), authority.sign(wish)) { server in
            await #expect(throws: HTTPSFetchError.certificate) {
                try await Fetching.fetcher(authority, port: server.port).fetch(Fetching.request())
            }
            await #expect(server.untilClosed() == [.connected, .closed])
        }
    }

    @Test("an authority that isn't trusted, and the system's authorities with one for tests: none")
    func untrusted() async throws {
        let (authority, other) = (try Authority(), try Authority())
        try await PolicyServer.run(.answer(Fetching.response()), authority.sign()) { server in
            await #expect(throws: HTTPSFetchError.certificate) {
                try await Fetching.fetcher(other, port: server.port).fetch(Fetching.request())
            }
            var fetcher = try HTTPSFetcher(
                resolver: FixedAddresses(["127.0.0.1"]), on: MultiThreadedEventLoopGroup.singleton
            ) { _ in true }
            fetcher.port = server.port
            let system = fetcher
            await #expect(throws: HTTPSFetchError.certificate) { try await system.fetch(Fetching.request()) }
        }
    }

    @Test("TLS 1.2 and later; no older one, and nothing but TLS")
    func versions() async throws {
        for version in [TLSVersion.tlsv12, .tlsv13] {
            let found = try await Fetching.result(.answer(Fetching.response()), maximum: version)
            #expect(throws: Never.self) { try found.get() }
        }
        let old = try await Fetching.result(.answer(Fetching.response()), maximum: .tlsv11)
        #expect(old == .failure(.unreachable))
        let plain = try await Fetching.result(.plain(Fetching.response()))
        #expect(plain == .failure(.unreachable))
    }

    @Test("an asterisk is one whole label, the leftmost, with two behind it")
    func wildcards() throws {
        for (pattern, host, isMatch) in [
            ("*.example.org", "mta-sts.example.org", true), ("*.EXAMPLE.org", "mta-sts.example.org", true),
            ("*.org", "mta-sts.org", false), ("*.", "mta-sts", false), ("*", "mta-sts", false),
            ("*.example.org", "example.org", false), ("*.example.org", "mta-sts.mail.example.org", false),
            ("mta-sts.*.org", "mta-sts.example.org", false), ("m*.example.org", "mta-sts.example.org", false),
        ] {
            try #expect(ServerIdentity.matches(pattern, #require(DNSName(host))) == isMatch, "\(pattern) for \(host)")
        }
    }

    @Test("a certificate that can't be read has no names")
    func unreadable() throws {
        let host = try #require(DNSName("mta-sts.example.org"))
        #expect(!ServerIdentity.isNamed(host, in: []))
        #expect(!ServerIdentity.isNamed(host, in: [UInt8](repeating: 0x30, count: 300)))
    }

    @Test("names are looked at up to a limit")
    func manyNames() throws {
        let host = try #require(DNSName("mta-sts.example.org"))
        for (others, isNamed) in [(ServerIdentity.maximumNames - 1, true), (ServerIdentity.maximumNames, false)] {
            let names =
                (0..<others).map { GeneralName.dnsName("h\($0).example.net") } + [.dnsName("mta-sts.example.org")]
            let certificate = try Authority().sign(.init(names: names)).certificate
            #expect(ServerIdentity.isNamed(host, in: certificate) == isNamed, "\(others)")
        }
    }
}
