import Foundation
import SamotopTesting
import Synchronization
import Testing

@testable import OAuth

@Suite("Asking the issuer") struct IssuerTests {
    @Test("U18: keys are fetched once and kept; a name that isn't known fetches them again, every five minutes at most")
    func unknownNames() async throws {
        let issuer = try TestIssuer()
        try issuer.publish([.rsa])
        let verifier = issuer.verifier()
        let (known, new) = (try issuer.token(by: "RS256", kid: "rsa"), try issuer.token())
        for _ in 0..<3 { #expect(await verifier.fault(known) == nil) }
        #expect(issuer.published.fetches == 1)
        try issuer.publish([.rsa, .p256])
        // Whoever sends names at will has nothing fetched.
        for _ in 0..<3 { #expect(await verifier.fault(new) == .unknownKey) }
        #expect(issuer.published.fetches == 1)
        issuer.clock.advance(by: 300)
        #expect(await verifier.fault(new) == nil)
        #expect(issuer.published.fetches == 2)
        for number in 0..<20 { #expect(await verifier.fault(try issuer.token(kid: "k\(number)")) == .unknownKey) }
        #expect(issuer.published.fetches == 2)
    }

    @Test("A key that is published no more counts for an hour at most; one that can't be fetched anew, for a day")
    func withdrawn() async throws {
        let issuer = try TestIssuer()
        let verifier = issuer.verifier()
        let forever = try issuer.token(["exp": "99999999999"])
        #expect(await verifier.fault(forever) == nil)
        try issuer.publish([.rsa])
        issuer.clock.advance(by: 3_599)
        #expect(await verifier.fault(forever) == nil)
        issuer.clock.advance(by: 1)
        #expect(await verifier.fault(forever) == .unknownKey)
        let other = try issuer.token(["exp": "99999999999"], by: "RS256", kid: "rsa")
        #expect(await verifier.fault(other) == nil)
        issuer.published.state.withLock { $0.isBroken = true }
        issuer.clock.advance(by: 86_399)
        #expect(await verifier.fault(other) == nil)
        issuer.clock.advance(by: 1)
        #expect(await verifier.fault(other) == .unavailable)
    }

    @Test("An issuer that can't be asked is no fault of the token's, and is asked again after half a minute")
    func away() async throws {
        let issuer = try TestIssuer()
        issuer.published.state.withLock { $0.isBroken = true }
        let (verifier, token) = (issuer.verifier(), try issuer.token())
        for _ in 0..<5 { #expect(await verifier.fault(token) == .unavailable) }
        #expect(issuer.published.fetches == 1)
        issuer.published.state.withLock { $0.isBroken = false }
        issuer.clock.advance(by: 30)
        #expect(await verifier.fault(token) == nil)
        #expect(issuer.published.fetches == 2)
    }

    @Test("While the issuer can't be asked nobody knows whether it has another key: no fault of the token's either")
    func unknownWhileAway() async throws {
        let issuer = try TestIssuer()
        try issuer.publish([.rsa])
        let verifier = issuer.verifier()
        #expect(await verifier.fault(try issuer.token(by: "RS256", kid: "rsa")) == nil)
        issuer.published.state.withLock { $0.isBroken = true }
        issuer.clock.advance(by: 300)
        for _ in 0..<3 { #expect(await verifier.fault(try issuer.token()) == .unavailable) }
        #expect(await verifier.fault(try issuer.token(by: "RS256", kid: "rsa")) == nil)
        #expect(issuer.published.fetches == 2)
        issuer.published.state.withLock { $0.isBroken = false }
        issuer.clock.advance(by: 30)
        #expect(await verifier.fault(try issuer.token()) == .unknownKey)
        #expect(issuer.published.fetches == 3)
    }

    @Test("Many at the same moment fetch once")
    func together() async throws {
        let issuer = try TestIssuer()
        let (verifier, token) = (issuer.verifier(), try issuer.token())
        await withTaskGroup(of: TokenFault?.self) { group in
            for _ in 0..<20 { group.addTask { await verifier.fault(token) } }
            for await fault in group { #expect(fault == nil) }
        }
        #expect(issuer.published.fetches == 1)
    }

    // MARK: RFC 7662

    private static func introspecting(
        _ answer: String, _ rules: TokenRules = TokenRules(issuer: TestIssuer.name, audiences: []),
        asked: @escaping @Sendable (String) -> Void = { _ in }
    ) -> IntrospectionVerifier {
        IntrospectionVerifier(rules, now: { TestIssuer.start }) { form in
            asked(String(decoding: form, as: UTF8.self))
            return Array(answer.utf8)
        }
    }

    @Test("RFC 7662 §2.1: the token goes as a form, whatever is in it")
    func form() async throws {
        let asked = Mutex("")
        let verifier = Self.introspecting("{\"active\":true,\"email\":\"ann@our.test\"}") { form in
            asked.withLock { $0 = form }
        }
        #expect(try await verifier.account(of: "a+b/c=&token=d") == "ann@our.test")
        #expect(asked.withLock { $0 } == "token=a%2Bb%2Fc%3D%26token%3Dd&token_type_hint=access_token")
    }

    @Test(
        "RFC 7662 §2.2: answers",
        arguments: [
            ("{\"active\":true,\"email\":\"ann@our.test\"}", nil), ("{\"active\":false}", .inactive),
            ("{\"email\":\"ann@our.test\"}", .inactive),
            ("{\"active\":\"true\",\"email\":\"ann@our.test\"}", .inactive),
            ("{\"active\":1,\"email\":\"ann@our.test\"}", .inactive), ("{\"active\":true}", .account),
            ("", .unavailable), ("[]", .unavailable), ("<html>", .unavailable),
            ("{\"active\":true,\"email\":\"ann@our.test\",\"exp\":1}", .expired),
            ("{\"active\":true,\"email\":\"ann@our.test\",\"iss\":\"https://other.test\"}", .issuer),
            ("{\"active\":true,\"email\":\"ann@our.test\",\"email_verified\":false}", .account),
        ] as [(String, TokenFault?)]) func answers(_ answer: String, _ fault: TokenFault?) async
    {
        #expect(await Self.introspecting(answer).fault("t") == fault)
    }

    @Test("An audience and a scope that are asked for have to be told")
    func rules() async {
        let bare = "{\"active\":true,\"email\":\"ann@our.test\"}"
        let full = "{\"active\":true,\"email\":\"ann@our.test\",\"aud\":\"mail\",\"scope\":\"mail\"}"
        #expect(await Self.introspecting(bare, TestIssuer.rules).fault("t") == .audience)
        #expect(await Self.introspecting(full, TestIssuer.rules).fault("t") == nil)
    }

    @Test(
        "Too long a token isn't asked about; of too many questions at once the last isn't asked; a failure is no answer"
    )
    func bounds() async throws {
        let long = String(repeating: "a", count: SignedToken.maximumLength + 1)
        let never = IntrospectionVerifier(TestIssuer.rules, now: { 0 }) { _ in throw CancellationError() }
        #expect(await never.fault(long) == .malformed)
        #expect(await never.fault("") == .malformed)
        #expect(await never.fault("t") == .unavailable)

        let (begun, begins) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let gate = Task { for await _ in released {} }
        let slow = IntrospectionVerifier(
            TokenRules(issuer: TestIssuer.name, audiences: []), now: { TestIssuer.start }
        ) { _ in
            begins.yield()
            await gate.value
            return Array("{\"active\":true,\"email\":\"ann@our.test\"}".utf8)
        }
        await withTaskGroup(of: TokenFault?.self) { group in
            for _ in 0..<IntrospectionVerifier.maximumQuestions { group.addTask { await slow.fault("t") } }
            var count = 0
            for await _ in begun {
                count += 1
                if count == IntrospectionVerifier.maximumQuestions { break }
            }
            #expect(await slow.fault("t") == .unavailable)
            release.finish()
            for await fault in group { #expect(fault == nil) }
        }
        #expect(await slow.fault("t") == nil)
    }
}
