import Testing

@testable import SamotopEncryption

@Suite("Web Key Directory") struct WebKeyDirectoryTests {
    static let hash = "iy9q119eutrkn8s1mk4r39qejnbu3n5q"

    @Test("draft-koch-openpgp-webkey-service §3.1: the hash of its example, whatever the case of ASCII letters")
    func hashes() {
        for name in ["Joe.Doe", "joe.doe", "JOE.DOE"] { #expect(WebKeyDirectory.hash(of: name) == Self.hash) }
        #expect(WebKeyDirectory.hash(of: "Ä") != WebKeyDirectory.hash(of: "ä"))
        // RFC 6189 §5.1.6: the digits.
        #expect(WebKeyDirectory.zBase32([]).isEmpty)
        #expect(WebKeyDirectory.zBase32([0xFF]) == "9h" && WebKeyDirectory.zBase32([0, 0]) == "yyyy")
        #expect(WebKeyDirectory.zBase32([0xD4, 0x7A, 0x04]) == "4t7ye")
    }

    @Test(
        "Both methods: where the key and the policy are",
        arguments: [
            ("openpgpkey.example.org", "/.well-known/openpgpkey/example.org/hu/\(hash)?l=Joe.Doe"),
            ("openpgpkey.example.org", "/.well-known/openpgpkey/Example.ORG/hu/\(hash)"),
            ("example.org", "/.well-known/openpgpkey/hu/\(hash)?l=Joe.Doe"),
            ("example.org", "/.well-known/openpgpkey/hu/\(hash)"),
        ]) func keys(_ host: String, _ path: String)
    {
        #expect(WebKeyDirectory.request(path, at: host) == .key(domain: "example.org", hash: Self.hash))
        let policy = path.replacing("/hu/\(Self.hash)", with: "/policy")
        #expect(WebKeyDirectory.request(policy, at: host) == .policy(domain: "example.org"))
    }

    @Test(
        "Anything else is no question",
        arguments: [
            ("openpgpkey.example.org", "/.well-known/openpgpkey/hu/\(hash)"),
            ("openpgpkey.example.org", "/.well-known/openpgpkey/example.net/hu/\(hash)"),
            ("example.org", "/.well-known/openpgpkey/example.org/hu/\(hash)"),
            ("example.org", "/.well-known/openpgpkey/hu/"), ("example.org", "/.well-known/openpgpkey/hu"),
            ("example.org", "/.well-known/openpgpkey/hu/\(hash.uppercased())"),
            ("example.org", "/.well-known/openpgpkey/hu/\(hash)/"),
            ("example.org", "/.well-known/openpgpkey/hu/\(hash)y"),
            ("example.org", "/.well-known/openpgpkey/hu/../hu/\(hash)"), ("example.org", "/.well-known/openpgpkey/"),
            ("example.org", "/.well-known/openpgpkey/submission-address"), ("example.org", "/"), ("example.org", ""),
        ]) func others(_ host: String, _ path: String)
    {
        #expect(WebKeyDirectory.request(path, at: host) == nil)
    }
}
