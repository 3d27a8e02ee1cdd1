import SMTP
import Testing

@testable import SASL

@Suite("SCRAM, the server's side") struct SCRAMTests {
    // RFC 7677 §3: user "user", password "pencil".
    static let clientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    static let nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    static let serverFirst =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    static let clientFinal =
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    static let serverFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

    static func parameters() throws -> SCRAMParameters {
        let salt = try #require(Base64Text.decode(Array("W22ZaJ0SNY7soEsUEjb6gQ==".utf8)))
        return try #require(SCRAMParameters(salt: salt, iterations: 4_096))
    }

    static func server(_ binding: SCRAMServer.Binding = .unbound(offersPlus: false)) -> SCRAMServer {
        SCRAMServer(binding: binding, nonce: Array(nonce.utf8))
    }

    @Test("The exchange of RFC 7677 §3")
    func vector() throws {
        let parameters = try Self.parameters()
        let keys = try #require(SCRAMKeys(of: "pencil", parameters))
        let others = try #require(SCRAMKeys(of: "pen", parameters))
        var server = Self.server()
        #expect(try server.begin(Array(Self.clientFirst.utf8)).name == "user")
        #expect(String(decoding: server.challenge(parameters), as: UTF8.self) == Self.serverFirst)
        let (index, message) = try server.finish(Array(Self.clientFinal.utf8), keys: [others, keys])
        #expect(index == 1)
        #expect(String(decoding: message, as: UTF8.self) == Self.serverFinal)
        #expect(throws: SASLFailure.credentials) { try server.finish(Array(Self.clientFinal.utf8), keys: [others]) }
        #expect(throws: SASLFailure.credentials) { try server.finish(Array(Self.clientFinal.utf8), keys: []) }
    }

    @Test("U04: a proof is held against as many keys whether its name has none, one or all; nobody's let in no one")
    func sameWork() throws {
        let parameters = try Self.parameters()
        let keys = try #require(SCRAMKeys(of: "pencil", parameters))
        for known in [[], [keys], Array(repeating: keys, count: 51)] {
            #expect(SCRAMServer.tried(known, fewest: 51).count == 51)
            #expect(SCRAMServer.tried(known, fewest: 51).starts(with: known))
        }
        #expect(SCRAMServer.tried([], fewest: 1) == [.nobodys] && SCRAMServer.tried([keys], fewest: 1) == [keys])
        var server = Self.server()
        _ = try server.begin(Array(Self.clientFirst.utf8))
        _ = server.challenge(parameters)
        #expect(try server.finish(Array(Self.clientFinal.utf8), keys: [keys], fewest: 51).index == 0)
        #expect(throws: SASLFailure.credentials) {
            try server.finish(Array(Self.clientFinal.utf8), keys: [], fewest: 51)
        }
    }

    @Test(
        "U07: what isn't of the form is malformed, and never traps",
        arguments: [
            "", ",", "n,,", "n,,n=user", "n,,r=abc,n=user", "n,,n=,r=abc", "n,,n=a=2,r=abc", "n,,n=a=41,r=abc",
            "n,,n=a,r=",
            "x,,n=a,r=abc", "n,b,n=a,r=abc", "n,,m=x,n=a,r=abc", "n,,n=a,r=a b", "n,,n=a\u{7},r=abc", ",,n=a,r=abc",
        ]) func malformed(_ message: String)
    {
        var server = Self.server()
        #expect(throws: SASLFailure.malformed) { try server.begin(Array(message.utf8)) }
        #expect(throws: SASLFailure.self) { try server.finish(Array(message.utf8), keys: []) }
    }

    @Test("Names are unescaped, identities told")
    func names() throws {
        var server = Self.server()
        let client = try server.begin(Array("n,a=b=2Cc,n=x=3Dy,r=abc".utf8))
        #expect(client == SCRAMServer.Client(name: "x=y", authorizing: "b,c"))
    }

    @Test(
        "A client that was told we can't bind, a client that binds where it can't, and one that doesn't where it must")
    func downgrade() {
        let bound = SCRAMServer.Binding.serverEndPoint([1, 2, 3])
        for (flag, binding) in [
            ("y", SCRAMServer.Binding.unbound(offersPlus: true)),
            ("p=tls-server-end-point", .unbound(offersPlus: true)),
            ("n", bound), ("y", bound), ("p=tls-unique", bound), ("p=tls-exporter", bound),
        ] {
            var server = Self.server(binding)
            #expect(throws: SASLFailure.channelBinding) { try server.begin(Array("\(flag),,n=user,r=abc".utf8)) }
        }
    }

    @Test("A proof made over another certificate's hash is refused")
    func otherCertificate() throws {
        let keys = try #require(SCRAMKeys(of: "pencil", try Self.parameters()))
        var server = Self.server(.serverEndPoint([9, 9]))
        _ = try server.begin(Array("p=tls-server-end-point,,n=user,r=abc".utf8))
        _ = server.challenge(try Self.parameters())
        let theirs = Base64Text.encode(Array("p=tls-server-end-point,,".utf8) + [9, 8])
        let message = "c=\(String(decoding: theirs, as: UTF8.self)),r=abc\(Self.nonce),p=AAAA"
        #expect(throws: SASLFailure.channelBinding) { try server.finish(Array(message.utf8), keys: [keys]) }
    }

    @Test("Another nonce, or a final message before the first, is refused")
    func order() throws {
        let keys = try #require(SCRAMKeys(of: "pencil", try Self.parameters()))
        var server = Self.server()
        #expect(throws: SASLFailure.malformed) { try server.finish(Array(Self.clientFinal.utf8), keys: [keys]) }
        _ = try server.begin(Array("n,,n=user,r=other".utf8))
        _ = server.challenge(try Self.parameters())
        #expect(throws: SASLFailure.credentials) { try server.finish(Array(Self.clientFinal.utf8), keys: [keys]) }
    }

    @Test("Few rounds and short salts aren't taken")
    func bounds() {
        #expect(SCRAMParameters(salt: Array(repeating: 1, count: 16), iterations: 4_095) == nil)
        #expect(SCRAMParameters(salt: [1], iterations: 4_096) == nil)
        #expect(SCRAMKeys(storedKey: [1], serverKey: [2]) == nil)
    }
}
