import NameResolution
import Testing
import TransportSecurity

@Suite struct HostileChainTests {
    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    @Test("D15: no mutation of a chain traps, and none is authenticated that isn't the same octets where it counts")
    func mutations() async throws {
        let seed: UInt64 = 0xD15_2026
        print("HostileChainTests: seed \(seed)")
        var generator = Generator(state: seed)
        let names = ["leaf", "inter", "root"]
        let originals = try names.map(Fixtures.certificate)
        let anchored = try await DANEFinding.of(records: "2-0-1:root", "2-1-0:root")
        let pinned = try await DANEFinding.of(records: "3-0-1:leaf")
        let (now, key) = (try Fixtures.now(), try Fixtures.publicKey("leaf"))
        for round in 0..<1_500 {
            var chain = originals
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                Self.mutate(&chain[Int.random(in: 0..<3, using: &generator)], &generator)
            }
            if round.isMultiple(of: 7) { chain.shuffle(using: &generator) }
            if round.isMultiple(of: 11) { chain.append(chain[0]) }
            let presented = CertificateChain(chain)
            let isPinned = await pinned.verdict(on: presented, at: now).isAuthenticated
            #expect(isPinned == (chain[0] == originals[0]), "round \(round)")
            if await anchored.verdict(on: presented, at: now).isAuthenticated {
                // Signed by somebody: then the key is one that they signed.
                #expect(
                    presented.leaf?.publicKey == key || chain[0] != originals[0] && chain[0] == originals[1],
                    "round \(round)")
            }
        }
    }

    private static func mutate(_ octets: inout [UInt8], _ generator: inout Generator) {
        guard !octets.isEmpty else { return }
        let place = Int.random(in: 0..<octets.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: octets[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: octets[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: octets.removeSubrange(place...)
        case 3: octets.remove(at: place)
        case 4: octets.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        default: octets[place] = [0, 0x7F, 0x80, 0x84, 0xFF].randomElement(using: &generator) ?? 0
        }
    }

    @Test("D15: mutated records never trap")
    func records() async throws {
        let seed: UInt64 = 0xD15_7154
        print("HostileChainTests: seed \(seed)")
        var generator = Generator(state: seed)
        let chain = try Fixtures.chain("leaf", "inter")
        let now = try Fixtures.now()
        for _ in 0..<300 {
            let records = try ["2-0-0:root", "2-1-0:root", "3-0-0:leaf", "3-1-0:leaf"].map { text in
                let record = try TLSARecord(text)
                var data = record.data
                Self.mutate(&data, &generator)
                return TLSARecord(
                    usage: record.usage, selector: record.selector, matchingType: record.matchingType, data: data)
            }
            let finding = try await DANEFinding.of("mx.example.org", records)
            _ = await finding.verdict(on: chain, at: now)
        }
    }

    @Test("D15: authorities that have all signed each other cost no more than a bounded search")
    func loops() async throws {
        // A search of all paths between these nine would not end while anybody waits.
        let chain = CertificateChain(
            [try Fixtures.certificate("looped")] + (try (1...9).map { try Fixtures.certificate("loop\($0)") }))
        let now = try Fixtures.now()
        let foreign = try await DANEFinding.of(records: "2-0-0:root")
        #expect(await !foreign.verdict(on: chain, at: now).isAuthenticated)
        // The anchor is still found when it is one of them.
        #expect(try await DANEFinding.of(records: "2-0-1:loop7").verdict(on: chain, at: now).isAuthenticated)
    }
}
