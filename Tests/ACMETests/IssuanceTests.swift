import Crypto
import Foundation
import SwiftASN1
import Synchronization
import Testing
import X509

@testable import ACME

@Suite("An authority issues")
struct IssuanceTests {
    static let names = ["mx.example.org", "mta-sts.example.org"]

    let key = P256.Signing.PrivateKey()
    let responder = MemoryResponder()

    /// The chain, and how long was waited.
    func chain(
        _ authority: MemoryAuthority, _ responder: MemoryResponder? = nil, agrees: Bool = true
    ) async throws -> (chain: String, waited: Duration) {
        let waited = Mutex(Duration.zero)
        let client = ACMEClient(
            directory: MemoryAuthority.base + "/dir", key: ACMEAccountKey(), transport: authority)
        let account = try await client.register(contact: ["ann@example.org"], agreesToTerms: agrees)
        #expect(account == MemoryAuthority.base + "/account/1")
        let issuance = ACMEIssuance(client, responder: responder ?? self.responder) { pause in
            waited.withLock { $0 += pause }
        }
        let chain = try await issuance.chain(for: Self.names, key: .init(key))
        return (chain, waited.withLock { $0 })
    }

    @Test("a certificate for our key and names, each name proved once") func issued() async throws {
        let authority = MemoryAuthority()
        let (chain, waited) = try await chain(authority)
        let certificate = try Certificate(pemEncoded: chain)
        #expect(certificate.publicKey == Certificate.PublicKey(key.publicKey))
        #expect(responder.ever.map(\.name) == Self.names)
        #expect(responder.now.isEmpty)
        // Retry-After is what the authority wants.
        #expect(waited == .seconds(6))
        #expect(authority.seen.filter { $0 == "/dir" }.count == 1)
    }

    @Test("the answer to a challenge is the token and the account key's thumbprint") func thumbprint() async throws {
        let authority = MemoryAuthority()
        _ = try await chain(authority)
        let answer = try #require(responder.ever.first)
        let point = try #require(authority.accountKey).rawRepresentation
        let (x, y) = (Base64URL.encoded(point.prefix(32)), Base64URL.encoded(point.suffix(32)))
        let digest = SHA256.hash(data: Data(#"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#.utf8))
        #expect(answer.keyAuthorization == "\(answer.token).\(Base64URL.encoded(digest))")
    }

    @Test("nonces that the authority refuses are replaced, but not for ever") func nonces() async throws {
        _ = try await chain(MemoryAuthority(.init(refusedNonces: 9)))
        await #expect(throws: ACMEError.self) {
            _ = try await chain(MemoryAuthority(.init(refusedNonces: 10)))
        }
    }

    @Test("terms that nobody agreed to end it before there is an account") func terms() async throws {
        let authority = MemoryAuthority(.init(terms: "https://ca.test/terms"))
        await #expect(throws: ACMEError.terms("https://ca.test/terms")) {
            _ = try await chain(authority, agrees: false)
        }
        #expect(!authority.seen.contains("/account"))
        await #expect(throws: ACMEError.externalAccount) {
            _ = try await chain(MemoryAuthority(.init(externalAccount: true)))
        }
    }

    @Test("a name that isn't proved: why, and nothing is shown any more") func unproven() async throws {
        let authority = MemoryAuthority(.init(proves: { $0 == Self.names[0] }))
        let problem = ACMEProblem(type: "urn:ietf:params:acme:error:connection", detail: "refused")
        await #expect(throws: ACMEError.unproven(names: [Self.names[1]], problem)) { _ = try await chain(authority) }
        #expect(responder.now.isEmpty)
        #expect(!authority.seen.contains("/finalize/1"))
    }

    @Test("all names that aren't proved are told, not the first alone") func allUnproven() async throws {
        let authority = MemoryAuthority(.init(proves: { _ in false }))
        let problem = ACMEProblem(type: "urn:ietf:params:acme:error:connection", detail: "refused")
        await #expect(throws: ACMEError.unproven(names: Self.names, problem)) { _ = try await chain(authority) }
        #expect(responder.now.isEmpty)
    }

    @Test("a challenge that isn't offered") func notOffered() async throws {
        let error = ACMEError.noChallenge(name: Self.names[0], offered: ["dns-01"])
        await #expect(throws: error) { _ = try await chain(MemoryAuthority(.init(offers: ["dns-01"]))) }
    }

    @Test("T15: an authority that never says anything is given up") func silent() async throws {
        await #expect(throws: ACMEError.timeout("the proof of mx.example.org")) {
            _ = try await chain(MemoryAuthority(.init(looks: 1_000_000)))
        }
        #expect(responder.now.isEmpty)
    }

    @Test("T15: what was issued must be what was asked for") func otherCertificate() async throws {
        await #expect(throws: ACMEError.otherCertificate("another key")) {
            _ = try await chain(MemoryAuthority(.init(usesOtherKey: true)))
        }
        await #expect(throws: ACMEError.otherCertificate("without mta-sts.example.org")) {
            _ = try await chain(MemoryAuthority(.init(otherNames: ["mx.example.org"])))
        }
    }

    @Test("T15: a token that leads out of its folder is no token", arguments: ["../../x", "a/b", "", "a b", "ä"])
    func token(_ token: String) async throws {
        await #expect(throws: ACMEError.malformed("a token")) {
            _ = try await chain(MemoryAuthority(.init(token: token)))
        }
        #expect(responder.ever.isEmpty)
    }

    @Test("how long to wait is the authority's word") func rateLimit() async throws {
        do {
            _ = try await chain(MemoryAuthority(.init(rateLimit: 7_200)))
            Issue.record("it issued")
        } catch let error as ACMEError {
            #expect(error.retryAfter == 7_200)
            #expect("\(error)" == "the authority refuses: it says rateLimited (rateLimited)")
        }
    }

    @Test("answers that are none", arguments: ["", "{}", "[]", "{\"newNonce\": 1}"])
    func malformed(_ text: String) async throws {
        struct Saying: ACMETransport {
            let text: String
            func send(_ request: ACMERequest) async throws -> ACMEResponse {
                ACMEResponse(status: 200, fields: [], body: Array(text.utf8))
            }
        }
        let client = ACMEClient(directory: "https://ca.test", key: ACMEAccountKey(), transport: Saying(text: text))
        await #expect(throws: ACMEError.malformed("directory")) { _ = try await client.directory() }
    }
}
