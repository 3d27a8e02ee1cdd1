import NIOCore
import NIOPosix
import NIOSSL
import SMTP
import Synchronization
import Testing

@testable import SamotopClient

@Suite("TLS of a client") struct TLSTests {
    /// STARTTLS or implicit TLS, trusting the test's certificate.
    private static func trusting(_ mode: ClientTLS.Mode) throws -> ClientTLS {
        var tls = ClientTLS(mode)
        tls.verification = .full
        tls.trust = .certificates([try TestCertificate.der()])
        return tls
    }

    private static func server(
        _ change: (inout ScriptedServer.Behaviour) -> Void = { _ in }
    ) async throws -> ScriptedServer {
        let context = try TestCertificate.server()
        return try await ScriptedServer.start {
            $0.tls = context
            $0.keywords = ["STARTTLS", "PIPELINING"]
            change(&$0)
        }
    }

    @Test(
        "STARTTLS, verified in full: facts, then everything anew", arguments: [ClientTLS.Mode.required, .opportunistic])
    func startTLS(_ mode: ClientTLS.Mode) async throws {
        let server = try await Self.server()
        let connection = try await server.connect(.test(try Self.trusting(mode)), to: try server.named())
        let tls = try #require(connection.tls)
        #expect(tls.version == "TLSv1.3")
        #expect(tls.cipher?.hasPrefix("TLS_") == true)
        #expect(tls.isVerified)
        #expect(tls.chain.certificates == [try TestCertificate.der()])
        #expect(try await connection.send(transaction("b@x.test"), MessageContent("x\r\n")).isAcceptedForAll)
        #expect(server.record.lines.prefix(3) == ["EHLO client.our.test", "STARTTLS", "EHLO client.our.test"])
        await connection.quit()
        await server.stop()
    }

    @Test("TLS from the first octet, and TLS 1.2 by its name")
    func implicit() async throws {
        let old = try TestCertificate.server { $0.maximumTLSVersion = .tlsv12 }
        let server = try await ScriptedServer.start {
            $0.tls = old
            $0.isImplicit = true
        }
        let connection = try await server.connect(.test(try Self.trusting(.implicit)), to: try server.named())
        #expect(connection.tls?.version == "TLSv1.2")
        #expect(
            connection.tls?.cipher == "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
                || connection.tls?.cipher?.hasPrefix("TLS_ECDHE_ECDSA") == true)
        #expect(try await connection.send(transaction("b@x.test"), MessageContent("x\r\n")).isAcceptedForAll)
        #expect(!server.record.lines.contains("STARTTLS"))
        await connection.quit()
        var newer = try Self.trusting(.implicit)
        newer.minimumVersion = .tls13
        let error = await failure { () throws(SMTPClientError) in
            try await server.connect(.test(newer), to: ServerAddress.host("127.0.0.1", port: server.port))
        }
        #expect(error?.kind == .tls)
        await server.stop()
    }

    @Test("a certificate that doesn't lead to a trusted root, or is for another name, ends the handshake")
    func verification() async throws {
        let server = try await Self.server()
        let cases: [(ClientTLS.Verification, Bool, String, Bool)] = [
            (.full, true, "mx.out.test", true), (.full, true, "other.test", false),
            (.full, false, "mx.out.test", false),
            (.chainOnly, true, "other.test", true), (.chainOnly, false, "mx.out.test", false),
            (.none, false, "other.test", true),
        ]
        for (verification, isTrusted, name, isFine) in cases {
            var tls = try Self.trusting(.required)
            tls.verification = verification
            if !isTrusted { tls.trust = .certificates([]) }
            let configuration = ClientConfiguration.test(tls)
            let address = try server.named(name)
            let error = await failure { () throws(SMTPClientError) in
                let connection = try await server.connect(configuration, to: address)
                await connection.quit()
            }
            #expect((error == nil) == isFine, "\(verification) \(isTrusted) \(name): \(String(describing: error))")
            if let error {
                #expect(error.kind == .tls)
                #expect(error.stage == .tls)
                guard case .certificateRefused = error.reason else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
        // Nothing of a message was said to a server that wasn't verified.
        #expect(!server.record.lines.contains { $0.hasPrefix("MAIL") })
        await server.stop()
    }

    @Test("a certificate for the address alone is none for the name, and names match by whole labels (RFC 9525)")
    func names() throws {
        let cases: [(String, String, Bool)] = [
            ("mx.out.test", "mx.out.test", true), ("mx.out.test", "out.test", false),
            ("*.out.test", "mx.out.test", true),
            ("*.out.test", "a.mx.out.test", false), ("*.out.test", "out.test", false), ("*.test", "out.test", false),
            ("m*.out.test", "mx.out.test", false), ("*", "test", false), ("", "", false),
            ("*.out.test", ".out.test", false),
        ]
        for (presented, name, isFine) in cases {
            #expect(CertificateCheck.matches(Array(presented.utf8), Array(name.utf8)) == isFine, "\(presented) \(name)")
        }
        let leaf = try TestCertificate.leaf()
        #expect(CertificateCheck.names(leaf, "MX.out.test"))
        #expect(!CertificateCheck.names(leaf, "127.0.0.1"))
    }

    @Test("an own verifier is given the chain and the name, and its word counts")
    func verifier() async throws {
        let server = try await Self.server()
        let seen: Mutex<[PeerChain]> = Mutex([])
        for isAccepted in [true, false] {
            var tls = ClientTLS(.required)
            tls.verification = .verifier { chain in
                seen.withLock { $0.append(chain) }
                return isAccepted
            }
            let configuration = ClientConfiguration.test(tls)
            let address = try server.named("another.test")
            let error = await failure { () throws(SMTPClientError) in
                let connection = try await server.connect(configuration, to: address)
                guard connection.tls?.isVerified == true, connection.tls?.chain.certificates.count == 1 else {
                    throw .unanswered
                }
                await connection.quit()
            }
            #expect((error == nil) == isAccepted)
            if !isAccepted, case .certificateRefused? = error?.reason {} else { #expect(isAccepted) }
        }
        let chains = seen.withLock(\.self)
        #expect(chains.map(\.serverName) == ["another.test", "another.test"])
        #expect(try chains.allSatisfy { $0.certificates == [try TestCertificate.der()] })
        await server.stop()
    }

    @Test("SNI: the server's name, another one, or none; never an IP address")
    func serverName() throws {
        var tls = ClientTLS(.required)
        tls.verification = .none
        #expect(try TLSPreparation(tls).name(for: .host("mx.out.test.", port: 25)) == "mx.out.test")
        #expect(try TLSPreparation(tls).name(for: .host("192.0.2.1", port: 25)) == nil)
        #expect(try TLSPreparation(tls).name(for: .host("2001:db8::1", port: 25)) == nil)
        #expect(try TLSPreparation(tls).name(for: .unix(path: "/x")) == nil)
        tls.serverName = .name("other.test")
        #expect(try TLSPreparation(tls).name(for: .host("mx.out.test", port: 25)) == "other.test")
        tls.serverName = .none
        #expect(try TLSPreparation(tls).name(for: .host("mx.out.test", port: 25)) == nil)
    }

    @Test("a client certificate is shown to a server that asks")
    func clientCertificate() async throws {
        let root = try TestCertificate.leaf()
        let context = try TestCertificate.server {
            $0.certificateVerification = .noHostnameVerification
            $0.trustRoots = .certificates([root])
        }
        let server = try await ScriptedServer.start {
            $0.tls = context
            $0.isImplicit = true
        }
        let directory = try TemporaryDirectory()
        let chain = try directory.write(TestCertificate.certificate, to: "chain.pem")
        let key = try directory.write(TestCertificate.key, to: "key.pem")
        var tls = try Self.trusting(.implicit)
        tls.clientCertificate = .init(chainFile: chain, keyFile: key)
        let connection = try await server.connect(.test(tls), to: try server.named())
        #expect(connection.isReusable)
        connection.close()
        tls.clientCertificate = .init(chainFile: "/nonexistent", keyFile: key)
        let missing = ClientConfiguration.test(tls)
        let error = await failure { () throws(SMTPClientError) in try await server.connect(missing) }
        guard case .configuration? = error?.reason else { return #expect(Bool(false), "\(String(describing: error))") }
        await server.stop()
    }

    @Test("T02: a reply in clear behind the 220 of STARTTLS aborts, whatever the mode")
    func injection() async throws {
        for mode in [ClientTLS.Mode.required, .opportunistic] {
            let server = try await Self.server {
                $0.respond = { $0 == "STARTTLS" ? .say("220 go\r\n250-mx\r\n250 AUTH PLAIN\r\n") : nil }
            }
            let configuration = ClientConfiguration.test(ClientTLS(mode))
            let error = await failure { () throws(SMTPClientError) in try await server.connect(configuration) }
            #expect(error?.fault == .responseInjection)
            #expect(error?.kind == .tls)
            #expect(server.record.lines == ["EHLO client.our.test", "STARTTLS"])
            await server.stop()
        }
    }

    @Test("T04: STARTTLS missing, refused, or garbage for a handshake: an error, never a message in clear")
    func stripping() async throws {
        let stripped = try await ScriptedServer.start()
        let configuration = ClientConfiguration.test(try Self.trusting(.required))
        let missing = await failure { () throws(SMTPClientError) in try await stripped.connect(configuration) }
        #expect(missing?.fault == .tlsNotOffered)
        #expect(missing?.kind == .tls)
        #expect(stripped.record.lines == ["EHLO client.our.test"])
        await stripped.stop()
        for reply in [
            "454 4.7.0 not now\r\n", "502 what\r\n", "hello\r\n", "220 go\r\nHTTP/1.1 400 Bad Request\r\n\r\n",
        ] {
            let server = try await Self.server { $0.respond = { $0 == "STARTTLS" ? .say(reply) : nil } }
            let error = await failure { () throws(SMTPClientError) in try await server.connect(configuration) }
            #expect(error != nil, "\(reply)")
            #expect(error?.stage == .tls)
            #expect(!server.record.lines.contains { $0.hasPrefix("MAIL") || $0.hasPrefix("AUTH") })
            await server.stop()
        }
        // Bytes that are no handshake, apart from the 220.
        let odd = try await Self.server { $0.respond = { $0 == "STARTTLS" ? .close("220 go\r\n") : nil } }
        for mode in [ClientTLS.Mode.required, .opportunistic] {
            let tls = ClientConfiguration.test(ClientTLS(mode))
            let error = await failure { () throws(SMTPClientError) in try await odd.connect(tls) }
            #expect(error?.kind == .tls, "\(String(describing: error))")
        }
        await odd.stop()
    }

    @Test("O05: STARTTLS offered, then 454: in clear only where TLS is opportunistic")
    func refusedStartTLS() async throws {
        let server = try await Self.server { $0.respond = { $0 == "STARTTLS" ? .say("454 4.7.0 no\r\n") : nil } }
        let connection = try await server.connect(.test(.opportunistic))
        #expect(connection.tls == nil)
        #expect(connection.isReusable)
        connection.close()
        await server.stop()
    }
}
