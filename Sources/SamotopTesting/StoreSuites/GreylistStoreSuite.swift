public import SamotopContacts
import SamotopCore

/// What every greylist must do.
public enum GreylistStoreSuite {
    /// All checks.
    public static let checks: [StoreCheck<any GreylistStore>] = [
        StoreCheck("an entry is made, changed and removed in one step each") { store in
            let key = GreylistKey(high: .max, low: 0)
            let first = GreylistEntry(firstSeen: moment(1), lastSeen: moment(1))
            try expect(try await store.change(key) { $0 == nil ? first : nil }, first, "made")
            let second = try await store.change(key) { entry in
                var entry = entry
                entry?.lastSeen = moment(2)
                entry?.tries += 1
                entry?.passed = 1
                return entry
            }
            let expected = GreylistEntry(firstSeen: moment(1), lastSeen: moment(2), tries: 2, passed: 1)
            try expect(second, expected, "changed")
            try expect(try await store.change(key) { $0 }, expected, "kept")
            try expect(try await store.count(), 1, "count")
            try expect(try await store.change(key) { _ in nil }, nil, "removed")
            try expect(try await store.count(), 0, "count")
        },
        StoreCheck("both halves of a key count") { store in
            let keys = [(0, 1), (1, 0), (1, 1), (.max, .max)].map { GreylistKey(high: $0, low: $1) }
            for (index, key) in keys.enumerated() { try await store.add(key, at: Int64(index)) }
            try expect(try await store.count(), 4, "count")
            for (index, key) in keys.enumerated() {
                try expect(try await store.change(key) { $0 }?.lastSeen, moment(Int64(index)), "entry \(index)")
            }
        },
        StoreCheck("changes at the same time are all done") { store in
            let key = GreylistKey(high: 1, low: 2)
            try await store.add(key, at: 0)
            try await withThrowingTaskGroup { group in
                for _ in 0..<100 {
                    group.addTask {
                        _ = try await store.change(key) { entry in
                            var entry = entry
                            entry?.tries += 1
                            return entry
                        }
                    }
                }
                try await group.waitForAll()
            }
            try expect(try await store.change(key) { $0 }?.tries, 101, "tries")
        },
        StoreCheck("those that passed live by their own time") { store in
            for number in 0..<10 {
                try await store.add(GreylistKey(high: 0, low: UInt64(number)), at: Int64(number), passed: number % 2)
            }
            let removed = try await store.expire(triedBefore: moment(6), passedBefore: moment(3), maximum: 100)
            try expect(removed, 4, "removed")
            try expect(try await store.left(of: 10), [3, 5, 6, 7, 8, 9], "left")
        },
        StoreCheck("U13: over the maximum those go first that never passed, the longest unseen first") { store in
            for number in 0..<10 {
                try await store.add(GreylistKey(high: 0, low: UInt64(number)), at: Int64(number), passed: number % 2)
            }
            let long = moment(-1_000)
            try expect(try await store.expire(triedBefore: long, passedBefore: long, maximum: 7), 3, "removed")
            try expect(try await store.left(of: 10), [1, 3, 5, 6, 7, 8, 9], "left of 7")
            try expect(try await store.expire(triedBefore: long, passedBefore: long, maximum: 3), 4, "removed")
            try expect(try await store.left(of: 10), [5, 7, 9], "left of 3")
            try expect(try await store.expire(triedBefore: long, passedBefore: long, maximum: 0), 3, "removed")
        },
    ]

    static func moment(_ seconds: Int64) -> Timestamp { SampleContacts.moment(seconds) }
}

extension GreylistStore {
    fileprivate func add(_ key: GreylistKey, at seconds: Int64, passed: Int = 0) async throws {
        let moment = SampleContacts.moment(seconds)
        try await change(key) { _ in GreylistEntry(firstSeen: moment, lastSeen: moment, passed: passed) }
    }

    /// Which of the first keys there are.
    fileprivate func left(of count: UInt64) async throws -> [UInt64] {
        var left: [UInt64] = []
        for number in 0..<count where try await change(GreylistKey(high: 0, low: number), { $0 }) != nil {
            left.append(number)
        }
        return left
    }
}
