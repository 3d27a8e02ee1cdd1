import Crypto
import Foundation
import SwiftASN1
import Testing
import X509

@testable import ACME

@Suite("Keys, challenges, schedule")
struct KeyTests {
    @Test("an account's key is the same after a file") func file() throws {
        let key = ACMEAccountKey()
        let read = try #require(ACMEAccountKey(pem: key.pem))
        #expect(read.thumbprint == key.thumbprint)
        #expect(read.thumbprint != ACMEAccountKey().thumbprint)
        #expect(ACMEAccountKey(pem: "none") == nil)
    }

    @Test("RFC 8737 §3: the challenge's certificate") func challenge() throws {
        let answer = ACMEChallengeAnswer(name: "mx.example.org", token: "t", keyAuthorization: "t.k")
        let made = try ChallengeCertificate.make(for: answer, now: 1_800_000_000)
        let certificate = try Certificate(derEncoded: made.certificate)
        let found = try #require(certificate.extensions[oid: [1, 3, 6, 1, 5, 5, 7, 1, 31]])
        #expect(found.critical)
        #expect(Array(found.value) == [4, 32] + Array(SHA256.hash(data: Data("t.k".utf8))))
        let names = try #require(try certificate.extensions.subjectAlternativeNames)
        #expect(Array(names) == [.dnsName("mx.example.org")])
        #expect(certificate.issuer == certificate.subject)
    }

    @Test("renewal is due when a third of the lifetime is left, or a little earlier") func due() {
        let validity: ClosedRange<Int64> = 1_000_000...10_000_000
        #expect(RenewalSchedule.due(validity, chance: 0) == 7_000_000)
        #expect(RenewalSchedule.due(validity, chance: 1) == 6_700_000)
        #expect(RenewalSchedule.due(validity, chance: 9) == 6_700_000)
        #expect(RenewalSchedule.due(5...5, chance: 1) == 5)
    }

    @Test("tries become rare, and rarer when the authority says so") func pauses() {
        #expect(
            (1...8).map { RenewalSchedule.pause(after: $0, retryAfter: nil, chance: 0) }
                == [60, 300, 900, 3_600, 14_400, 43_200, 43_200, 43_200])
        #expect(RenewalSchedule.pause(after: 1, retryAfter: 7_200, chance: 0) == 7_200)
        #expect(RenewalSchedule.pause(after: 1, retryAfter: .max, chance: 0) == 86_400)
        #expect(RenewalSchedule.pause(after: 1, retryAfter: nil, chance: 1) == 75)
        #expect(RenewalSchedule.pause(after: 0, retryAfter: -5, chance: 0) == 60)
    }

    @Test("a file's text is base64url or no nonce") func base64url() {
        #expect(Base64URL.encoded([0xFB, 0xFF]) == "-_8")
        #expect(Base64URL.isEncoded("-_8"))
        #expect(!Base64URL.isEncoded("+/8"))
        #expect(!Base64URL.isEncoded(""))
    }
}
