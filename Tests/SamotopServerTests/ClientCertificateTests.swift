import NIOCore
import NIOSSL
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopServer

/// RFC 8446 §4.3.2: certificates of clients, asked for and not demanded.
@Suite struct ClientCertificateTests {
    private let folder: CertificateFolder

    init() throws { folder = try CertificateFolder() }

    private static func client(_ own: TestCertificate?, _ version: TLSVersion) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.trusting
        configuration.minimumTLSVersion = version
        configuration.maximumTLSVersion = version
        if let own {
            configuration.certificateChain = [.certificate(try own.leaf())]
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(own.key.utf8), format: .pem))
        }
        return configuration
    }

    @Test(
        "Whoever signed it, and whether there is one, the session goes on and knows it; by STARTTLS and in TLS from the start",
        arguments: [TLSVersion.tlsv12, .tlsv13]) func asked(_ version: TLSVersion) async throws
    {
        let house = TestHouse()
        let told = Mutex<[[[UInt8]]]>([])
        func listener(_ name: String, _ security: Listener.Security) -> Listener {
            var listener = Listener.loopback(name, security: security, role: .submission)
            listener.onClientCertificate = { chain in told.withLock { $0.append(chain) } }
            return listener
        }
        let files = try folder.write(.first)
        let server = try await LiveServer.start(
            try house.service(),
            on: [
                listener("587", .startTLS(try TLSIdentities([files], asksForCertificates: true), required: true)),
                listener("465", .implicit(try TLSIdentities([files], asksForCertificates: true))),
            ])
        let leaf = try TestCertificate.exact.leaf().toDERBytes()
        for own in [TestCertificate.exact, nil] {
            let early = try await server.connect("587")
            try await early.secure(try Self.client(own, version))
            #expect(house.record.secured.last?.clientCertificate == (own == nil ? nil : leaf))
            await early.close()
            let implicit = try await server.connect("465")
            try await implicit.startTLS(try Self.client(own, version))
            try await implicit.greet()
            #expect(house.record.openedInside.last?.clientCertificate == (own == nil ? nil : leaf))
            await implicit.close()
        }
        #expect(told.withLock { $0 } == [[leaf], [leaf]])
        try await server.stop()
    }

    @Test("Where strangers come nobody is asked: a client's certificate stays with it")
    func notAsked() async throws {
        let house = TestHouse()
        let told = Mutex(0)
        let identities = try TLSIdentities([folder.write(.first)])
        var listener = Listener.loopback(security: .startTLS(identities, required: false))
        listener.onClientCertificate = { _ in told.withLock { $0 += 1 } }
        let asking = try TLSIdentities([folder.files()], asksForCertificates: true)
        var other = Listener.loopback("copy", security: .startTLS(try asking.copy(), required: false))
        other.onClientCertificate = { _ in told.withLock { $0 += 1 } }
        let server = try await LiveServer.start(try house.service(), on: [listener, other])
        for name in ["mx", "copy"] {
            let client = try await server.connect(name)
            try await client.secure(try Self.client(.exact, .tlsv12))
            await client.close()
        }
        #expect(house.record.secured.count == 2)
        #expect(house.record.secured.allSatisfy { $0.clientCertificate == nil })
        #expect(told.withLock { $0 } == 0)
        try await server.stop()
    }

    @Test("It is asked for again after the server's own certificates were replaced")
    func reloaded() async throws {
        let house = TestHouse()
        let identities = try TLSIdentities([folder.write(.first)], asksForCertificates: true)
        let server = try await LiveServer.start(
            try house.service(), on: [.loopback(security: .startTLS(identities, required: false), role: .submission)])
        try folder.write(.renewed)
        try identities.reload()
        let client = try await server.connect()
        try await client.secure(try Self.client(.exact, .tlsv13))
        #expect(house.record.secured.last?.clientCertificate != nil)
        await client.close()
        try await server.stop()
    }
}
