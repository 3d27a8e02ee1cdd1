public import SamotopContacts
import SamotopCore

/// What every store of passes must do.
public enum PassStoreSuite {
    /// All checks.
    public static let checks: [StoreCheck<any PassStore>] = [
        StoreCheck("a pass is made, used and removed") { store in
            let pass = try pass("fish-1", .phrase, note: "'; -- 🐟", expires: 50)
            try expect(try await store.change(pass.word, of: pass.owner) { $0 == nil ? pass : nil }, pass, "made")
            try expect(try await store.pass(pass.word, of: pass.owner), pass, "kept")
            try expect(try await store.pass(pass.word, of: SampleContacts.eve), nil, "another's")
            let used = try await store.change(pass.word, of: pass.owner) { pass in
                var pass = pass
                pass?.uses += 1
                pass?.lastUsed = SampleContacts.moment(3)
                pass?.revoked = SampleContacts.moment(4)
                pass?.domain = "shop.test"
                return pass
            }
            try expect(used?.uses, 1, "uses")
            try expect(try await store.passes(of: pass.owner), [used].compactMap(\.self), "all")
            try expect(try await store.change(pass.word, of: pass.owner) { _ in nil }, nil, "removed")
            try expect(try await store.passes(of: pass.owner), [], "afterwards")
        },
        StoreCheck("a pass for one lets one in, though many come at once") { store in
            let pass = try pass("once", .once)
            try await store.change(pass.word, of: pass.owner) { _ in pass }
            try await withThrowingTaskGroup { group in
                for number in 0..<50 {
                    group.addTask {
                        _ = try await store.change(pass.word, of: pass.owner) { pass in
                            guard var pass, pass.isValid(at: SampleContacts.moment(1)) else { return pass }
                            pass.uses += 1
                            pass.lastUsed = SampleContacts.moment(Int64(number))
                            return pass
                        }
                    }
                }
                try await group.waitForAll()
            }
            try expect(try await store.pass(pass.word, of: pass.owner)?.uses, 1, "uses")
        },
        StoreCheck("the newest come first") { store in
            for (word, created) in [("b", 1), ("a", 1), ("c", 2)] as [(String, Int64)] {
                let pass = try pass(word, .phrase, created: created)
                try await store.change(pass.word, of: pass.owner) { _ in pass }
            }
            let found = try await store.passes(of: SampleContacts.bob)
            try expect(found.map(\.word.text), ["c", "a", "b"], "order")
        },
        StoreCheck("what ended before expires, whatever ended it; the newest addresses stay refused") { store in
            var passes = [
                try pass("valid", .phrase), try pass("late", .phrase, expires: 20),
                try pass("over", .phrase, expires: 5),
                try pass("revoked", .phrase, expires: 90), try pass("used", .once), try pass("often", .phrase),
                try pass("address", .address), try pass("single", .single), try pass("spent", .single),
            ]
            passes[3].revoked = SampleContacts.moment(5)
            for index in [4, 5, 6, 7, 8] {
                passes[index].uses = 1
                passes[index].lastUsed = SampleContacts.moment(5)
            }
            passes[8].lastUsed = SampleContacts.moment(5 - Pass.grace)
            for pass in passes { try await store.change(pass.word, of: pass.owner) { _ in pass } }
            try expect(try await store.expire(before: SampleContacts.moment(5)), 0, "at the very moment")
            try expect(try await store.expire(before: SampleContacts.moment(6)), 3, "removed")
            let left = try await store.passes(of: SampleContacts.bob).map(\.word.text)
            try expect(left.sorted(), ["address", "late", "often", "single", "spent", "valid"], "left")
            for number in 0..<(Pass.keptAddresses - 2) {
                let newer = try pass("newer-\(number)", .address, created: 1)
                try await store.change(newer.word, of: newer.owner) { _ in newer }
            }
            try expect(try await store.expire(before: SampleContacts.moment(6)), 0, "not beyond the number")
            let one = try pass("one-more", .single, created: 1)
            let two = try pass("and-another", .single, created: 1)
            for more in [one, two] { try await store.change(more.word, of: more.owner) { _ in more } }
            try expect(try await store.expire(before: SampleContacts.moment(6)), 1, "beyond the number")
            try expect(try await store.pass(passes[8].word, of: SampleContacts.bob), nil, "spent")
        },
    ]

    private static func pass(
        _ text: String, _ kind: Pass.Kind, note: String = "", created: Int64 = 0, expires: Int64? = nil
    ) throws -> Pass {
        Pass(
            owner: SampleContacts.bob, word: try require(Pass.Word(text), "the word \(text)"), kind: kind, note: note,
            created: SampleContacts.moment(created), expires: expires.map { SampleContacts.moment($0) })
    }
}
