import NameResolution
import SamotopTesting
import Testing
import TransportSecurity
import TransportSecurityTesting

@Suite struct StoreTests {
    @Test("the memory of servers", arguments: PeerStoreSuite.checks)
    func peers(_ check: StoreCheck<any PeerStore>) async throws { try await check.run(on: MemoryPeerStore()) }

    @Test("the memory of policies", arguments: MTASTSStoreSuite.checks)
    func policies(_ check: StoreCheck<any MTASTSStore>) async throws { try await check.run(on: MemoryMTASTSStore()) }

    @Test("a full memory forgets first what was reached least, then what was seen longest ago; decisions last")
    func fullMemory() async throws {
        let store = MemoryPeerStore(maximum: 2)
        let (decided, old, new) = (try name("decided.example"), try name("old.example"), try name("new.example"))
        try await store.change(decided) { _ in
            var record = PeerRecord(domain: decided, now: 0)
            record.holdMail(true, now: 0)
            return record
        }
        for (domain, seen) in [(old, 1), (new, 2)] as [(DNSName, Int64)] {
            try await store.change(domain) { _ in PeerRecord(domain: domain, now: seen) }
        }
        #expect(try await store.records(after: nil, limit: 9).map(\.domain) == [decided, new])
    }
}
