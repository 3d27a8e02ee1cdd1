#if SQLite
    import SamotopCore
    import Testing

    @testable import SamotopSQLite

    @Suite("Values in columns")
    struct ColumnTests {
        @Test(
            "moments come back, and what is too far away becomes the nearest",
            arguments: [
                (Timestamp(seconds: 0), 0), (Timestamp(seconds: -1, nanoseconds: 999_999_999), -1),
                (Timestamp(seconds: -2), -2_000_000_000),
                (Timestamp(seconds: 1_700_000_000, nanoseconds: 1), 1_700_000_000_000_000_001),
                (Timestamp(seconds: .max, nanoseconds: 5), Int64.max), (Timestamp(seconds: .min), Int64.min),
            ] as [(Timestamp, Int64)])
        func moments(_ moment: Timestamp, _ stored: Int64) {
            #expect(moment.stored == stored)
            if stored != .max && stored != .min { #expect(Timestamp(stored: stored) == moment) }
            #expect(Timestamp(stored: stored).stored == stored)
        }

        @Test("lists of texts come back", arguments: [[], [""], ["a"], ["a", "", "é\n"], ["", ""]] as [[String]])
        func lists(_ texts: [String]) {
            #expect(TextList.texts([UInt8](TextList.stored(texts))) == texts)
        }

        @Test("a NUL in a text ends no other")
        func nul() {
            #expect(TextList.texts([UInt8](TextList.stored(["a\0b", "c"]))) == ["ab", "c"])
        }
    }
#endif
