import OAuth
import SASL
import SMTP
import SamotopCore
import SamotopTesting
import Synchronization
import Testing

@testable import SamotopAccounts
@testable import SamotopSubmission

@Suite("Signing in by a token") struct TokenSignInTests {
    /// Tokens are `good-NAME`; others name the fault.
    final class Verifier: TokenVerifier {
        let seen = Mutex<[String]>([])

        func account(of token: String) async throws(TokenFault) -> String {
            seen.withLock { $0.append(token) }
            if token.hasPrefix("good-") { return String(token.dropFirst(5)).replacing("-at-", with: "@") }
            throw TokenFault(rawValue: token) ?? .malformed
        }
    }

    private let verifier = Verifier()
    private let house: TestHouse

    init() throws {
        let verifier = verifier
        house = try TestHouse { accounts, limiter, _ in
            [
                BearerAuthenticator(
                    accounts, verifier: verifier, limiter: limiter,
                    challenge: BearerChallenge(
                        scopes: ["mail"], configuration: "https://id.our.test/.well-known/openid-configuration"))
            ]
        }
    }

    private static func bearer(_ token: String, _ name: String = "") -> String {
        TestHouse.encoded("n,\(name.isEmpty ? "" : "a=\(name)"),\u{1}auth=Bearer \(token)\u{1}\u{1}")
    }

    private static func xoauth2(_ token: String, _ name: String) -> String {
        TestHouse.encoded("user=\(name)\u{1}auth=Bearer \(token)\u{1}\u{1}")
    }

    private static func decoded(_ reply: String) -> String {
        String(decoding: Base64Text.decode(Array(reply.dropFirst(4).utf8).dropLast(2)) ?? [], as: UTF8.self)
    }

    @Test("A good token lets its account in, whatever the letters' case, with a name or without, at once or when asked")
    func lets() async throws {
        for (token, name) in [
            ("good-ann-at-our.test", ""), ("good-ann-at-our.test", "ann@our.test"),
            ("good-Ann-at-Our.Test", "ANN@our.test"),
        ] {
            let talk = try await house.connect()
            #expect(try await talk.say("AUTH OAUTHBEARER " + Self.bearer(token, name)).hasPrefix("235 2.7.0"))
            #expect(try await talk.say("MAIL FROM:<ann@our.test>").hasPrefix("250"))
            let later = try await house.connect()
            #expect(try await later.say("AUTH OAUTHBEARER") == "334 \r\n")
            #expect(try await later.say(Self.bearer(token, name)).hasPrefix("235"))
        }
        let old = try await house.connect()
        let line = Self.xoauth2("good-ann-at-our.test", "ann@our.test")
        #expect(try await old.say("AUTH XOAUTH2 \(line)").hasPrefix("235"))
    }

    @Test("What is offered, in the operator's order; inside TLS alone")
    func offered() async throws {
        let talk = try await house.connect()
        let offer = try await talk.say("EHLO c.test")
        #expect(offer.contains("AUTH SCRAM-SHA-256 OAUTHBEARER XOAUTH2 PLAIN LOGIN\r\n"))
        let clear = Talk(await MemoryConnection(house.service, role: .submission, encryption: .offered))
        _ = try await clear.say("EHLO c.test")
        #expect(
            try await clear.say("AUTH OAUTHBEARER " + Self.bearer("good-ann-at-our.test")).hasPrefix("538 5.7.11"))
        #expect(verifier.seen.withLock { $0 } == [])
        let verifier = verifier
        let other = try TestHouse(order: [.plain, .oauthBearer]) { accounts, limiter, _ in
            [
                BearerAuthenticator(
                    accounts, verifier: verifier, limiter: limiter,
                    challenge: BearerChallenge(scopes: [], configuration: ""))
            ]
        }
        let second = try await other.connect()
        #expect(try await second.say("EHLO c.test").contains("AUTH PLAIN OAUTHBEARER\r\n"))
        let line = Self.xoauth2("good-ann-at-our.test", "ann@our.test")
        #expect(try await second.say("AUTH XOAUTH2 \(line)").hasPrefix("504 5.5.4"))
    }

    @Test(
        "RFC 7628 §3.2.2, §3.2.3: who is refused is told which token it takes, answers, and is refused; and may try again"
    )
    func refused() async throws {
        let talk = try await house.connect()
        let challenge = try await talk.say("AUTH OAUTHBEARER " + Self.bearer("expired"))
        #expect(
            Self.decoded(challenge)
                == #"{"status":"invalid_token","scope":"mail","openid-configuration":"https://id.our.test/.well-known/openid-configuration"}"#
        )
        #expect(try await talk.say("AQ==") == "535 5.7.8 Authentication credentials invalid\r\n")
        let scope = try await talk.say("AUTH OAUTHBEARER " + Self.bearer("scope"))
        #expect(Self.decoded(scope).hasPrefix(#"{"status":"insufficient_scope","#))
        #expect(try await talk.say("").hasPrefix("535 5.7.8"))
        let old = try await talk.say("AUTH XOAUTH2 " + Self.xoauth2("signature", "ann@our.test"))
        #expect(Self.decoded(old) == #"{"status":"401","schemes":"Bearer","scope":"mail"}"#)
        #expect(try await talk.say("").hasPrefix("535 5.7.8"))
        #expect(try await talk.say("AUTH OAUTHBEARER").hasPrefix("421 4.7.0"))
        let second = try await house.connect()
        _ = try await second.say("AUTH OAUTHBEARER " + Self.bearer("expired"))
        #expect(try await second.say("*").hasPrefix("501 5.7.0"))
        // A good message is no answer to a refusal.
        _ = try await second.say("AUTH OAUTHBEARER " + Self.bearer("expired"))
        #expect(try await second.say(Self.bearer("good-ann-at-our.test")).hasPrefix("535"))
        #expect(try await second.say("MAIL FROM:<ann@our.test>").hasPrefix("530"))
        #expect(try await second.say("AUTH OAUTHBEARER " + Self.bearer("good-ann-at-our.test")).hasPrefix("235"))
    }

    @Test(
        "U04: a good token of nobody's account, or for another one than it names, is answered as a bad one is",
        arguments: [
            ("good-zoe-at-our.test", ""), ("good-zoe-at-our.test", "zoe@our.test"),
            ("good-bob-at-our.test", "ann@our.test"),
            ("signature", "ann@our.test"), ("signature", "zoe@our.test"), ("unknownKey", ""),
            // The Kelvin sign is a k to Unicode, and none to us.
            ("good-\u{212A}-at-our.test", ""),
        ]) func same(_ token: String, _ name: String) async throws
    {
        let talk = try await house.connect()
        let ascii = token.utf8.allSatisfy { $0 < 0x80 }
        let challenge = try await talk.say("AUTH OAUTHBEARER " + Self.bearer(token, name))
        guard ascii else { return #expect(challenge.hasPrefix("501 5.5.2")) }
        #expect(Self.decoded(challenge).hasPrefix(#"{"status":"invalid_token","#))
        #expect(try await talk.say("AQ==") == "535 5.7.8 Authentication credentials invalid\r\n")
    }

    @Test("Letters of other alphabets don't become ours")
    func alphabets() {
        #expect(AccountName.lowercased("BO\u{212A}@Our.TEST") == "bo\u{212A}@our.test")
        #expect(AccountName.lowercased("\u{130}@our.test") == "\u{130}@our.test")
    }

    @Test("No account is looked up before the token is good, so that no time tells which there are")
    func order() async throws {
        house.accounts.isBroken.withLock { $0 = true }
        let talk = try await house.connect()
        _ = try await talk.say("AUTH OAUTHBEARER " + Self.bearer("signature", "ann@our.test"))
        #expect(try await talk.say("AQ==").hasPrefix("535"))
    }

    @Test("An issuer that can't be asked is a fault of ours: 454, and no challenge")
    func unavailable() async throws {
        let talk = try await house.connect()
        #expect(try await talk.say("AUTH OAUTHBEARER " + Self.bearer("unavailable")).hasPrefix("454 4.7.0"))
    }

    @Test(
        "U06: neither an issuer that can't be asked nor a client that asks what it needs counts as a wrong token: the account and its network aren't kept out"
    )
    func notCounted() async throws {
        for _ in 0..<50 {
            let talk = try await house.connect()
            #expect(
                try await talk.say("AUTH OAUTHBEARER " + Self.bearer("unavailable", "ann@our.test")).hasPrefix("454"))
            let asks = TestHouse.encoded("n,a=ann@our.test,\u{1}auth=\u{1}\u{1}")
            #expect(
                Self.decoded(try await talk.say("AUTH OAUTHBEARER " + asks)).hasPrefix(#"{"status":"invalid_token","#))
            #expect(try await talk.say("AQ==").hasPrefix("535 5.7.8"))
        }
        #expect(house.limiter.remembered == 0)
        #expect(!verifier.seen.withLock { $0.contains("") })
        let talk = try await house.connect()
        #expect(
            try await talk.say("AUTH OAUTHBEARER " + Self.bearer("good-ann-at-our.test", "ann@our.test"))
                .hasPrefix("235"))
    }

    @Test("U06: those who are let in don't count, however many of a network, with a name or without")
    func manyOfOneNetwork() async throws {
        for number in 0..<60 {
            let talk = try await house.connect()
            let name = number % 2 == 0 ? "" : "ann@our.test"
            #expect(
                try await talk.say("AUTH OAUTHBEARER " + Self.bearer("good-ann-at-our.test", name)).hasPrefix("235"))
        }
        #expect(house.limiter.remembered == 0)
    }

    @Test(
        "U06: tokens are guessed as often as passwords, and count with them; those without a name don't count for each other"
    )
    func bounded() async throws {
        for round in 0..<3 {
            let talk = try await house.connect()
            for number in 0..<3 {
                var reply = try await talk.say("AUTH OAUTHBEARER " + Self.bearer("signature", "ann@our.test"))
                if reply.hasPrefix("334") { reply = try await talk.say("AQ==") }
                #expect(reply.hasPrefix(round == 2 && number == 2 ? "454 4.7.0" : "535 5.7.8"))
            }
        }
        let talk = try await house.connect()
        #expect(
            try await talk.say("AUTH PLAIN " + TestHouse.plain("ann@our.test", TestHouse.password)).hasPrefix("454"))
        #expect(
            try await talk.say("AUTH OAUTHBEARER " + Self.bearer("good-ann-at-our.test", "ann@our.test")).hasPrefix(
                "454"))
        #expect(try await talk.say("AUTH OAUTHBEARER " + Self.bearer("good-ann-at-our.test")).hasPrefix("235"))
    }

    @Test("U07, U10: garbage is refused unread", arguments: ["=", "bixhLA==", "AA=="])
    func garbage(_ text: String) async throws {
        let talk = try await house.connect()
        #expect(try await talk.say("AUTH OAUTHBEARER \(text)").hasPrefix("501 5.5.2"))
        #expect(try await talk.say("AUTH XOAUTH2 \(text)").hasPrefix("501 5.5.2"))
        #expect(try await talk.say("NOOP").hasPrefix("250"))
        #expect(verifier.seen.withLock { $0 } == [])
    }

    @Test("U10: the longest token fits in a line; a longer one is refused")
    func lengths() async throws {
        let longest = "good-" + String(repeating: "a", count: BearerMessage.longestToken - 5)
        let talk = try await house.connect()
        #expect(try await talk.say("AUTH OAUTHBEARER " + Self.bearer(longest)).hasPrefix("334"))
        #expect(try await talk.say("AQ==").hasPrefix("535"))
        #expect(try await talk.say("AUTH OAUTHBEARER " + Self.bearer(longest + "a")).hasPrefix("501"))
    }

    @Test("Other programs' clients sign in by tokens, too, where nobody can read along")
    func socket() async throws {
        let authenticator = try #require(house.service.submission?.authenticator)
        let session = AuthSocketSession(authenticator, number: 1)
        let greeting = await session.greeting(process: 1)
        #expect(greeting.contains("MECH\tOAUTHBEARER\tplaintext") && greeting.contains("MECH\tXOAUTH2\tplaintext"))
        #expect(!greeting.contains { $0.contains("EXTERNAL") })
        func say(_ line: String) async throws -> String? {
            switch try await session.take(Array(line.utf8)) {
            case .nothing: nil
            case .answer(let answer): answer
            case .check(let check): await session.answer(check)
            }
        }
        _ = try await say("CPID\t1")
        let good = Self.bearer("good-ann-at-our.test")
        #expect(try await say("AUTH\t1\tOAUTHBEARER\tsecured\tresp=\(good)") == "OK\t1\tuser=ann@our.test")
        #expect(try await say("AUTH\t2\tOAUTHBEARER\trip=192.0.2.1\tresp=\(good)") == "FAIL\t2")
        let bad = try await say("AUTH\t3\tOAUTHBEARER\tsecured\tresp=\(Self.bearer("expired"))")
        #expect(bad?.hasPrefix("CONT\t3\t") == true)
        #expect(try await say("CONT\t3\tAQ==") == "FAIL\t3")
    }
}
