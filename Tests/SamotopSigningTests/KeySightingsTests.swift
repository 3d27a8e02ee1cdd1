import NameResolution
import SamotopSigning
import SenderAuthentication
import Testing

@Suite("A key follows another one")
struct KeySightingsTests {
    static func name(_ text: String) throws -> DNSName { try #require(DNSName(text)) }

    static func keys() throws -> [(DNSName, SigningKey)] {
        let domain = try name("example.org")
        return [
            (domain, SigningKey(try name("old"), .makeEd25519())),
            (domain, SigningKey(try name("new"), .makeEd25519())),
            (try name("example.net"), SigningKey(try name("only"), .makeEd25519())),
        ]
    }

    static func policy(_ keys: [(DNSName, SigningKey)], _ sightings: KeySightings) throws -> SigningPolicy {
        try SigningPolicy(
            keys.reduce(into: [DNSName: [SigningKey]]()) { $0[$1.0, default: []].append($1.1) }, sightings: sightings)
    }

    @Test("the first signs until the DNS shows the second, then that one alone") func follows() throws {
        let (keys, sightings) = (try Self.keys(), KeySightings())
        let policy = try Self.policy(keys, sightings)
        func signing(_ domain: String) throws -> [String] {
            policy.signers(for: try Self.name(domain)).map(\.selector.text)
        }
        #expect(try signing("example.org") == ["old"])
        sightings.set(keys[0].1, of: keys[0].0, isSeen: true)
        #expect(try signing("example.org") == ["old"])
        sightings.set(keys[1].1, of: keys[1].0, isSeen: true)
        #expect(try signing("example.org") == ["new"])
        // Its record is gone again.
        sightings.set(keys[1].1, of: keys[1].0, isSeen: false)
        #expect(try signing("example.org") == ["old"])
        // Alone it signs, seen or not.
        #expect(try signing("example.net") == ["only"])
        #expect(sightings.signing(keys).map(\.selector.text) == ["old", "only"])
    }

    @Test("keys of two kinds sign side by side") func kinds() throws {
        let domain = try Self.name("example.org")
        let keys = [
            (domain, SigningKey(try Self.name("r1"), try .makeRSA())),
            (domain, SigningKey(try Self.name("e1"), .makeEd25519())),
            (domain, SigningKey(try Self.name("e2"), .makeEd25519())),
        ]
        let sightings = KeySightings()
        let policy = try Self.policy(keys, sightings)
        #expect(policy.signers(for: domain).map(\.selector.text) == ["r1", "e1"])
        sightings.set(keys[2].1, of: domain, isSeen: true)
        #expect(policy.signers(for: domain).map(\.selector.text) == ["r1", "e2"])
    }
}
