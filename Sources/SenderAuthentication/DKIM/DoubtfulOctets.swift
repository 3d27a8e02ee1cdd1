extension UnsafeRawBufferPointer {
    /// The index at or after `start` of the first octet that relaxed canonicalization may change: a TAB, a CR, or a
    /// space with another one after it; `count` when there is none.
    ///
    /// Eight octets at a time: a word passes when it has neither of the two, and no two spaces side by side.
    func firstDoubtful(from start: Int) -> Int {
        var index = start
        // In bounds: the second load ends at or before `count`.
        while index &+ 9 <= count {
            let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let next = UInt64(littleEndian: loadUnaligned(fromByteOffset: index &+ 1, as: UInt64.self))
            let marks = Self.tabsAndReturns(word) | (Self.spaces(word) & Self.spaces(next))
            guard marks != 0 else {
                index &+= 8
                continue
            }
            index &+= marks.trailingZeroBitCount / 8
            if isDoubtful(at: index) { return index }
            index &+= 1
        }
        while index < count {
            if isDoubtful(at: index) { return index }
            index &+= 1
        }
        return count
    }

    private func isDoubtful(at index: Int) -> Bool {
        switch self[index] {
        case 0x09, 0x0D: true
        case 0x20: index + 1 < count && self[index + 1] == 0x20
        default: false
        }
    }

    /// A bit for each TAB and CR, which differ in one bit; a bit above the lowest may err.
    private static func tabsAndReturns(_ word: UInt64) -> UInt64 {
        zeros((word | 0x0404_0404_0404_0404) ^ 0x0D0D_0D0D_0D0D_0D0D)
    }

    /// A bit for each space; a bit above the lowest may err.
    private static func spaces(_ word: UInt64) -> UInt64 { zeros(word ^ 0x2020_2020_2020_2020) }

    private static func zeros(_ word: UInt64) -> UInt64 {
        (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }
}
