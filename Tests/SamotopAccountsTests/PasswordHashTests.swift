import Testing

@testable import SamotopAccounts

@Suite struct PasswordHashTests {
    private let cheap = PasswordHash.Cost(logarithm: 10) ?? .standard

    @Test("RFC 7914: a hash that another implementation made (N = 1024, r = 8, p = 1)")
    func vector() throws {
        let text = "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sWV770kp5wLOLoEakziKhqE"
        let hash = try #require(PasswordHash(text))
        #expect(hash.matches("correct horse"))
        #expect(!hash.matches("correct horsf"))
        #expect(!hash.matches(""))
        #expect(hash.text == text)
    }

    @Test("A new hash has a new salt, and its text says nothing of the password")
    func making() throws {
        let first = try #require(PasswordHash(of: "geheim", cost: cheap))
        let second = try #require(PasswordHash(of: "geheim", cost: cheap))
        #expect(first != second)
        #expect(!first.text.contains("geheim") && !"\(first)".contains("$"))
        #expect(try #require(PasswordHash(first.text)).matches("geheim"))
    }

    @Test(
        "What isn't a hash, or would cost without bound, isn't taken",
        arguments: [
            "", "$scrypt$", "scrypt$ln=10,r=8,p=1$AAECAwQFBgc$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=31,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sQ",
            "$scrypt$ln=15,r=99999999,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sQ",
            "$scrypt$ln=15,r=8,p=0$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sQ",
            "$scrypt$ln=-1,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sQ",
            "$scrypt$ln=10,ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1fRTHCea+fVr03sQ",
            "$scrypt$ln=10,r=8,p=1$$nfkj3u1fRTHCea+fVr03sQ", "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$",
            "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$nfkj3u1f$RTHC", "$2b$12$abcdefghijklmnopqrstuv",
        ])
    func refused(text: String) {
        #expect(PasswordHash(text) == nil)
    }

    @Test("U10: a password over a kilobyte isn't hashed at all")
    func tooLong() async throws {
        #expect(PasswordHash(of: String(repeating: "x", count: 1025), cost: cheap) == nil)
        #expect(PasswordHash(of: String(repeating: "x", count: 1024), cost: cheap) != nil)
        let verifier = PasswordVerifier(threads: 1, longestQueue: 0, cost: cheap)
        let long = String(repeating: "x", count: 1_000_000)
        // with no place in the queue anything that would be hashed is answered with `busy`
        #expect(await verifier.check(long, against: nil) == .wrong)
        #expect(await verifier.check("short", against: nil) == .busy)
    }

    @Test("U10: 200 tries at once: few at a time, no more wait than may, none is let in")
    func flood() async throws {
        let hash = try #require(PasswordHash(of: "right", cost: PasswordHash.Cost(logarithm: 12) ?? .standard))
        let verifier = PasswordVerifier(threads: 1, longestQueue: 4, cost: cheap)
        let outcomes = await withTaskGroup(of: PasswordVerifier.Outcome.self) { group in
            for _ in 0..<200 { group.addTask { await verifier.check("wrong", against: hash) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(!outcomes.contains(.right))
        #expect(outcomes.contains(.busy) && outcomes.contains(.wrong))
        #expect(await verifier.check("right", against: hash) == .right)
    }
}
