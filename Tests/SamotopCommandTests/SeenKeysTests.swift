import NameResolution
import Synchronization
import Testing
import TransportSecurity

@testable import SamotopCommand

@Suite("Keys that sign others' mail")
struct SeenKeysTests {
    /// Counts writes; those wait while it is shut.
    private final class Store: PeerStore {
        private let inner = MemoryPeerStore()
        private let state = Mutex<(writes: Int, isShut: Bool)>((0, false))
        var writes: Int { state.withLock { $0.writes } }
        func shut(_ isShut: Bool) { state.withLock { $0.isShut = isShut } }

        func record(of domain: DNSName) async throws -> PeerRecord? { try await inner.record(of: domain) }
        func change(
            _ domain: DNSName, _ change: @Sendable @escaping (PeerRecord?) -> PeerRecord?
        ) async throws -> PeerRecord? {
            while state.withLock({ $0.isShut }) { await Task.yield() }
            state.withLock { $0.writes += 1 }
            return try await inner.change(domain, change)
        }
        func records(after domain: DNSName?, limit: Int) async throws -> [PeerRecord] {
            try await inner.records(after: domain, limit: limit)
        }
        func expire(before time: Int64) async throws -> Int { try await inner.expire(before: time) }
    }

    private static let start: Int64 = 1_700_000_000

    private func note(_ keys: SeenKeys, _ octets: [UInt8], _ selector: String = "s1", at time: Int64 = start) throws {
        keys.note(
            octets, of: try #require(DNSName("friend.test")), selector: try #require(DNSName(selector)),
            algorithm: "rsa", bits: 2_048, now: time)
    }

    private func settle(_ keys: SeenKeys) async { while keys.unwritten > 0 { await Task.yield() } }

    @Test("A key is noted with its selector, size and first day; another one in its place is a change that is told")
    func noted() async throws {
        let store = Store()
        let keys = SeenKeys(store)
        try note(keys, [1])
        await settle(keys)
        try note(keys, [2], at: Self.start + 5)
        await settle(keys)
        let domain = try #require(DNSName("friend.test"))
        let record = try #require(try await store.record(of: domain))
        #expect(record.dkimKeys.map(\.key) == [Fingerprint(of: [2]), Fingerprint(of: [1])])
        #expect(record.dkimKeys.allSatisfy { $0.selector == "s1" && $0.bits == 2_048 && $0.algorithm == "rsa" })
        #expect(record.dkimKeys.last?.firstSeen == Self.start)
        #expect(record.changes.filter { $0.kind == .dkimKey }.count == 2)
    }

    @Test("The same key is written once a day, however much mail comes")
    func onceADay() async throws {
        let store = Store()
        let keys = SeenKeys(store)
        for second in 0..<50 { try note(keys, [1], at: Self.start + Int64(second)) }
        await settle(keys)
        #expect(store.writes == 1)
        try note(keys, [1], at: Self.start + 86_399)
        try note(keys, [1], at: Self.start + 86_400)
        await settle(keys)
        #expect(store.writes == 2)
        // A clock that went back is no reason to be silent.
        try note(keys, [1], at: Self.start)
        await settle(keys)
        #expect(store.writes == 3)
    }

    @Test("When a store is slow no more wait than may, and what was passed over is noted with a later message")
    func bounded() async throws {
        let store = Store()
        let keys = SeenKeys(store)
        store.shut(true)
        for number in 0..<(SeenKeys.maximumWaiting + 20) { try note(keys, [UInt8(number)], "s\(number)") }
        #expect(keys.unwritten == SeenKeys.maximumWaiting)
        store.shut(false)
        await settle(keys)
        #expect(store.writes == SeenKeys.maximumWaiting)
        try note(keys, [UInt8(SeenKeys.maximumWaiting)], "s\(SeenKeys.maximumWaiting)")
        await settle(keys)
        #expect(store.writes == SeenKeys.maximumWaiting + 1)
    }
}
