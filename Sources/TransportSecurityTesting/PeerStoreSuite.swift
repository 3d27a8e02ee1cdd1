import NameResolution
public import SamotopTesting
public import TransportSecurity

/// What every store of what was seen of mail servers must do.
public enum PeerStoreSuite {
    /// All checks.
    public static let checks: [StoreCheck<any PeerStore>] = [
        StoreCheck("a record is made, changed and removed, whatever the case of its domain") { store in
            let domain = try name("Example.org")
            try expect(try await store.record(of: domain), nil, "at first")
            let made = try await store.change(domain) { $0 == nil ? PeerRecord(domain: domain, now: 5) : nil }
            try expect(made?.firstSeen, 5, "made")
            let changed = try await store.change(try name("example.ORG")) { record in
                var record = record
                record?.note(key(6))
                record?.holdMail(true, now: 7)
                record?.acceptOnce(key: Fingerprint(of: [1]), until: 9, now: 8)
                record?.pin([Fingerprint(of: [2])], now: 9)
                return record
            }
            try expect(try await store.record(of: domain), changed, "kept")
            try expect(changed?.dkimKeys.count, 1, "keys")
            try expect(changed?.decision.holdsMail, true, "decision")
            try expect(try await store.change(domain) { _ in nil }, nil, "removed")
            try expect(try await store.record(of: domain), nil, "afterwards")
        },
        StoreCheck("of many changes at once none is lost") { store in
            let domain = try name("example.org")
            try await withThrowingTaskGroup { group in
                for number in 0..<50 {
                    group.addTask {
                        try await store.change(domain) { record in
                            var record = record ?? PeerRecord(domain: domain, now: 0)
                            record.note(key(Int64(number)))
                            return record
                        }
                    }
                }
                try await group.waitForAll()
            }
            let record = try require(try await store.record(of: domain), "record")
            try expect(record.lastSeen, 49, "last seen")
            try expect(record.dkimKeys.first?.firstSeen == nil, false, "key")
        },
        StoreCheck("records come in the order of their names, page by page") { store in
            for domain in ["b.example", "a.example", "B.b.example", "c.example", "A-.example"] {
                let domain = try name(domain)
                try await store.change(domain) { _ in PeerRecord(domain: domain, now: 0) }
            }
            let all = ["A-.example", "a.example", "b.example", "B.b.example", "c.example"].sorted {
                $0.lowercased() < $1.lowercased()
            }
            var (found, last): ([String], DNSName?) = ([], nil)
            for _ in 0..<4 {
                let page = try await store.records(after: last, limit: 2)
                found += page.map(\.domain.text)
                last = page.last?.domain ?? last
            }
            try expect(found, all, "order")
            try expect(try await store.records(after: nil, limit: 0).count, 0, "none")
        },
        StoreCheck("what was not seen for long expires, but nothing that somebody decided about") { store in
            for (domain, seen) in [("old.example", 4), ("new.example", 5), ("decided.example", 1)] as [(String, Int64)]
            {
                let domain = try name(domain)
                try await store.change(domain) { _ in
                    var record = PeerRecord(domain: domain, now: seen)
                    if seen == 1 { record.holdOnDifference(true, now: 1) }
                    return record
                }
            }
            try expect(try await store.expire(before: 5), 1, "removed")
            let left = try await store.records(after: nil, limit: 9).map(\.domain.text)
            try expect(left, ["decided.example", "new.example"], "left")
        },
    ]

    private static func name(_ text: String) throws(StoreFailure) -> DNSName {
        try require(DNSName(text), "the name \(text)")
    }

    private static func key(_ now: Int64) -> DKIMKeyObservation {
        DKIMKeyObservation(selector: "s", key: Fingerprint(of: [1]), algorithm: "rsa", bits: 2_048, now: now)
    }
}
