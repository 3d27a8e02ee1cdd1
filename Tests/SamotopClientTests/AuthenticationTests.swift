import Crypto
import NIOCore
import SMTP
import Synchronization
import SASL
import Testing

@testable import SamotopClient

@Suite("AUTH of a client (RFC 4954)") struct AuthenticationTests {
    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("SCRAM-SHA-256: the exchange of RFC 7677 §3")
    func scramVector() throws {
        var exchange = try SCRAMExchange(
            user: "user", password: "pencil", authorizing: nil, binding: .unsupported, maximumIterations: 1_000_000,
            nonce: Self.bytes("rOprNGfwEbeRWgbNEkqO"))
        #expect(exchange.initialResponse == Self.bytes("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"))
        let first = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
        let answer = try exchange.respond(to: Self.bytes(first))
        #expect(
            String(decoding: answer, as: UTF8.self)
                == "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        )
        #expect(!exchange.isServerProven)
        var wrong = exchange
        #expect(throws: AuthenticationFault.serverNotProven) {
            try wrong.respond(to: Self.bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="))
        }
        #expect(!wrong.isServerProven)
        #expect(try exchange.respond(to: Self.bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")) == [])
        #expect(exchange.isServerProven)
    }

    @Test("SCRAM: what a server may not send")
    func scramFaults() throws {
        let start = try SCRAMExchange(
            user: "u,=", password: "p", authorizing: "z", binding: .notOffered, maximumIterations: 10_000,
            nonce: Self.bytes("abc"))
        #expect(start.initialResponse == Self.bytes("y,a=z,n=u=2C=3D,r=abc"))
        for first in [
            "", "r=abc,s=AAAA,i=4096", "r=xbcd,s=AAAA,i=4096", "r=abcd,s=,i=4096", "r=abcd,s=AAAA,i=4095",
            "r=abcd,s=AAAA,i=10001",
            "r=abcd,s=AAAA,i=99999999999999999999", "r=abcd,s=AAAA,i=-5000", "r=abcd,s=AAA,i=4096",
            "m=x,r=abcd,s=AAAA,i=4096",
            "s=AAAA,r=abcd,i=4096", "r=abcd,s=AAAA", "e=other-error",
        ] {
            var exchange = start
            #expect(throws: AuthenticationFault.malformedChallenge, "\(first)") {
                try exchange.respond(to: Self.bytes(first))
            }
        }
        for last in ["", "v=", "v=AAAA", "e=invalid-proof", "x=1"] {
            var exchange = start
            _ = try exchange.respond(to: Self.bytes("r=abcd,s=AAAA,i=4096"))
            #expect(throws: AuthenticationFault.serverNotProven, "\(last)") {
                try exchange.respond(to: Self.bytes(last))
            }
        }
        #expect(throws: AuthenticationFault.unusableCredentials) {
            try SCRAMExchange(user: "a\0", password: "p", authorizing: nil, binding: .unsupported, maximumIterations: 1)
        }
    }

    @Test("the other mechanisms' messages")
    func messages() throws {
        #expect(try SingleMessageExchange.plain("u", "p", nil).initialResponse == Self.bytes("\0u\0p"))
        #expect(try SingleMessageExchange.plain("u", "p", "z").initialResponse == Self.bytes("z\0u\0p"))
        #expect(throws: AuthenticationFault.unusableCredentials) { try SingleMessageExchange.plain("u\0", "p", nil) }
        #expect(throws: AuthenticationFault.unusableCredentials) { try SingleMessageExchange.plain("u", "", nil) }
        #expect(try SingleMessageExchange.external(nil).initialResponse == [])
        #expect(
            try SingleMessageExchange.xoauth2("u", "t").initialResponse
                == Self.bytes("user=u\u{1}auth=Bearer t\u{1}\u{1}"))
        #expect(
            try SingleMessageExchange.oauthBearer("u", "t").initialResponse
                == Self.bytes("n,a=u,\u{1}auth=Bearer t\u{1}\u{1}"))
        #expect(throws: AuthenticationFault.unusableCredentials) { try SingleMessageExchange.xoauth2("u", "t\u{1}") }
        var bearer = try SingleMessageExchange.oauthBearer("u", "t")
        #expect(try bearer.respond(to: []) == [1])
        #expect(throws: AuthenticationFault.malformedChallenge) { try bearer.respond(to: []) }
        var login = try LoginExchange("u", "p")
        #expect(try login.respond(to: []) == Self.bytes("u"))
        #expect(try login.respond(to: []) == Self.bytes("p"))
        #expect(throws: AuthenticationFault.malformedChallenge) { try login.respond(to: []) }
    }

    @Test("base64: round trip, and nothing but whole, padded groups")
    func base64() {
        for text in ["", "f", "fo", "foo", "foob", "fooba", "foobar"] {
            #expect(Base64Text.decode(Base64Text.encode(Self.bytes(text))) == Self.bytes(text))
        }
        #expect(Base64Text.encode(Self.bytes("fooba")) == Self.bytes("Zm9vYmE="))
        for text in ["Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=vYg=", "Zm 9", "Zm9\n", "Zm-_"] {
            #expect(Base64Text.decode(Self.bytes(text)) == nil, "\(text)")
        }
    }

    @Test("tls-server-end-point (RFC 5929 §4): the certificate's own hash, and none for what isn't a certificate")
    func endPoint() throws {
        let certificate = try TestCertificate.der()
        // Signed with ecdsa-with-SHA256.
        #expect(ServerEndPoint.binding(certificate: certificate) == Array(SHA256.hash(data: certificate)))
        for length in 0..<certificate.count {
            _ = ServerEndPoint.binding(certificate: Array(certificate[..<length]))
        }
        #expect(ServerEndPoint.binding(certificate: []) == nil)
        #expect(ServerEndPoint.binding(certificate: [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
    }

    // MARK: over a connection

    private static func server(
        _ mechanisms: String, _ respond: @escaping @Sendable (String) -> ScriptedServer.Reaction?
    )
        async throws -> ScriptedServer
    {
        let context = try TestCertificate.server()
        return try await ScriptedServer.start {
            $0.tls = context
            $0.isImplicit = true
            $0.keywords = ["AUTH \(mechanisms)"]
            $0.respond = respond
        }
    }

    private static func configuration(
        _ credentials: Authentication.Credentials, _ change: (inout Authentication) -> Void = { _ in }
    ) -> ClientConfiguration {
        var tls = ClientTLS(.implicit)
        tls.verification = .none
        var authentication = Authentication(credentials)
        change(&authentication)
        return .test(tls) { $0.authentication = authentication }
    }

    @Test("the best mechanism that both sides have; PLAIN, LOGIN, XOAUTH2, OAUTHBEARER, EXTERNAL")
    func choice() async throws {
        let cases: [(String, Authentication.Credentials, String)] = [
            ("LOGIN PLAIN", .password(user: "u", password: "p"), "AUTH PLAIN AHUAcA=="),
            ("LOGIN", .password(user: "u", password: "p"), "AUTH LOGIN"),
            ("PLAIN XOAUTH2", .bearer(user: "u", token: "t"), "AUTH XOAUTH2 "),
            ("PLAIN XOAUTH2 OAUTHBEARER", .bearer(user: "u", token: "t"), "AUTH OAUTHBEARER "),
            ("PLAIN EXTERNAL", .external(), "AUTH EXTERNAL ="),
        ]
        for (offered, credentials, line) in cases {
            let server = try await Self.server(offered) {
                switch $0 {
                case "AUTH LOGIN": .say("334 VXNlcm5hbWU6\r\n")
                case "dQ==": .say("334 UGFzc3dvcmQ6\r\n")
                case let line where line.hasPrefix("AUTH") || line == "cA==": .say("235 2.7.0 ok\r\n")
                default: nil
                }
            }
            let connection = try await server.connect(Self.configuration(credentials))
            #expect(server.record.lines.contains { $0.hasPrefix(line) }, "\(server.record.lines)")
            #expect(connection.isReusable)
            await connection.quit()
            await server.stop()
        }
    }

    @Test("a token that is asked for is asked for by each connection; who can't have one says nothing")
    func freshToken() async throws {
        struct NoToken: Error {}
        let server = try await Self.server("OAUTHBEARER") { $0.hasPrefix("AUTH") ? .say("235 2.7.0 ok\r\n") : nil }
        let tokens = Mutex(["second", "first"])
        let credentials = Authentication.Credentials.freshBearer(user: "u") {
            guard let token = tokens.withLock({ $0.popLast() }) else { throw NoToken() }
            return token
        }
        for token in ["first", "second"] {
            let connection = try await server.connect(Self.configuration(credentials))
            let message = Base64Text.encode(Self.bytes("n,a=u,\u{1}auth=Bearer \(token)\u{1}\u{1}"))
            #expect(server.record.lines.contains("AUTH OAUTHBEARER \(String(decoding: message, as: UTF8.self))"))
            await connection.quit()
        }
        let count = server.record.lines.filter { $0.hasPrefix("AUTH") }.count
        let error = await failure { () throws(SMTPClientError) in
            try await server.connect(Self.configuration(credentials))
        }
        guard case .authentication(.unusableCredentials)? = error?.reason else { return #expect(Bool(false)) }
        #expect(server.record.lines.filter { $0.hasPrefix("AUTH") }.count == count)
        await server.stop()
    }

    @Test("no common mechanism, a refusal, nonsense for a challenge: typed errors")
    func failures() async throws {
        let password = Authentication.Credentials.password(user: "u", password: "p")
        let none = try await Self.server("GSSAPI XOAUTH2") { _ in nil }
        let error = await failure { () throws(SMTPClientError) in try await none.connect(Self.configuration(password)) }
        guard case .authentication(.noCommonMechanism)? = error?.reason else { return #expect(Bool(false)) }
        await none.stop()
        for (reply, kind) in [
            ("535 5.7.8 no\r\n", SMTPClientError.Kind.permanent), ("454 4.7.0 later\r\n", .transient),
        ] {
            let refusing = try await Self.server("PLAIN") { $0.hasPrefix("AUTH") ? .say(reply) : nil }
            let error = await failure { () throws(SMTPClientError) in
                try await refusing.connect(Self.configuration(password))
            }
            #expect(error?.kind == kind)
            #expect(error?.stage == .auth)
            #expect(error?.reply?.code == (kind == .permanent ? 535 : 454))
            await refusing.stop()
        }
        let odd = try await Self.server("LOGIN") {
            if $0.hasPrefix("AUTH") { return .say("334 not base64!\r\n") }
            return $0 == "*" ? .say("501 ok\r\n") : nil
        }
        let malformed = await failure { () throws(SMTPClientError) in
            try await odd.connect(Self.configuration(password))
        }
        guard case .authentication(.malformedChallenge)? = malformed?.reason else { return #expect(Bool(false)) }
        #expect(odd.record.lines.contains("*"))
        await odd.stop()
    }

    @Test("nothing of the credentials goes in clear, unless that is allowed")
    func clear() async throws {
        let server = try await ScriptedServer.start {
            $0.keywords = ["AUTH PLAIN LOGIN SCRAM-SHA-256"]
            $0.respond = { $0.hasPrefix("AUTH") ? .say("235 ok\r\n") : nil }
        }
        var authentication = Authentication(.password(user: "u", password: "p"))
        let configuration = ClientConfiguration.test { $0.authentication = authentication }
        let error = await failure { () throws(SMTPClientError) in try await server.connect(configuration) }
        guard case .authentication(.wouldBeClear)? = error?.reason else { return #expect(Bool(false)) }
        #expect(!server.record.lines.contains { $0.hasPrefix("AUTH") })
        authentication.isAllowedInClear = true
        authentication.mechanisms = [.plain]
        let allowing = ClientConfiguration.test { $0.authentication = authentication }
        let connection = try await server.connect(allowing)
        #expect(server.record.lines.contains("AUTH PLAIN AHUAcA=="))
        await connection.quit()
        await server.stop()
    }

    /// The server's side of SCRAM-SHA-256 for the password `pencil`, kept short: it proves itself only when it is told to.
    private final class SCRAMServer: Sendable {
        private let state: Mutex<(bare: String, first: String)> = Mutex(("", ""))
        let provesItself: Bool
        let header: Mutex<String> = Mutex("")
        let binding: Mutex<[UInt8]> = Mutex([])

        init(provesItself: Bool) { self.provesItself = provesItself }

        func respond(_ line: String) -> ScriptedServer.Reaction? {
            if line.hasPrefix("AUTH SCRAM"), let text = line.split(separator: " ").last {
                let message = String(decoding: Base64Text.decode(Array(text.utf8)) ?? [], as: UTF8.self)
                let parts = message.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
                header.withLock { $0 = "\(parts[0]),\(parts[1])," }
                let nonce = parts[2].split(separator: "=", maxSplits: 2).last ?? ""
                let first = "r=\(nonce)SERVER,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
                state.withLock { $0 = (String(parts[2]), first) }
                return .say("334 \(Self.text(Base64Text.encode(Array(first.utf8))))\r\n")
            }
            guard let octets = Base64Text.decode(Array(line.utf8)), octets.starts(with: Array("c=".utf8)) else {
                return line.isEmpty ? .say("235 2.7.0 ok\r\n") : nil
            }
            guard provesItself else { return .say("235 2.7.0 of course\r\n") }
            let message = Self.text(octets)
            let withoutProof = message[..<(message.firstRange(of: ",p=")?.lowerBound ?? message.endIndex)]
            let bound = withoutProof.dropFirst(2).prefix { $0 != "," }
            binding.withLock { $0 = Base64Text.decode(Array(bound.utf8)) ?? [] }
            let (bare, first) = state.withLock(\.self)
            // ServerKey of `pencil` with this salt: the signature is made as RFC 5802 §3 says.
            var verifying = VerifyingServer.salted()
            verifying = VerifyingServer.hmac(verifying, Array("Server Key".utf8))
            let signature = VerifyingServer.hmac(verifying, Array("\(bare),\(first),\(withoutProof)".utf8))
            let final = "v=\(Self.text(Base64Text.encode(signature)))"
            return .say("334 \(Self.text(Base64Text.encode(Array(final.utf8))))\r\n")
        }

        private static func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }
    }

    private enum VerifyingServer {
        static func hmac(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
            Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
        }

        /// PBKDF2 as RFC 8018 §5.2 writes it, for one block.
        static func salted() -> [UInt8] {
            let password = Array("pencil".utf8)
            let salt = Base64Text.decode(Array("W22ZaJ0SNY7soEsUEjb6gQ==".utf8)) ?? []
            var round = hmac(password, salt + [0, 0, 0, 1])
            var sum = round
            for _ in 1..<4096 {
                round = hmac(password, round)
                sum = zip(sum, round).map { $0 ^ $1 }
            }
            return sum
        }
    }

    @Test("SCRAM over a connection, with and without channel binding")
    func scram() async throws {
        let cases = [
            ("SCRAM-SHA-256 SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,"), ("SCRAM-SHA-256 PLAIN", "y,,"),
        ]
        for (offered, header) in cases {
            let scram = SCRAMServer(provesItself: true)
            let server = try await Self.server(offered) { scram.respond($0) }
            let connection = try await server.connect(Self.configuration(.password(user: "user", password: "pencil")))
            #expect(scram.header.withLock(\.self) == header)
            let hash = header.hasPrefix("p=") ? Array(SHA256.hash(data: try TestCertificate.der())) : []
            #expect(scram.binding.withLock(\.self) == Array(header.utf8) + hash)
            #expect(connection.isReusable)
            await connection.quit()
            await server.stop()
        }
    }

    @Test("a server that says yes without having proven that it knows the password is not believed")
    func unproven() async throws {
        let scram = SCRAMServer(provesItself: false)
        let server = try await Self.server("SCRAM-SHA-256") { scram.respond($0) }
        let configuration = Self.configuration(.password(user: "user", password: "pencil"))
        let error = await failure { () throws(SMTPClientError) in try await server.connect(configuration) }
        guard case .authentication(.serverNotProven)? = error?.reason else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        await server.stop()
    }
}
