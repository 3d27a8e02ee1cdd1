extension UnsafeRawBufferPointer {
    /// The index at or after `start` of the first octet that relaxed canonicalization may change: a TAB, a CR, or a space
    /// with another one after it; `count` when there is none.
    ///
    /// Eight octets at a time: a word passes when no octet is below 14 and no two spaces stand side by side. What else is
    /// below 14 costs one more look.
    func firstDoubtful(from start: Int) -> Int {
        var index = start
        // In bounds: the second load ends at or before `count`.
        while index &+ 9 <= count {
            let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let next = UInt64(littleEndian: loadUnaligned(fromByteOffset: index &+ 1, as: UInt64.self))
            let marks = Self.below14(word) | (Self.spaces(word) & Self.spaces(next))
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

    /// The lowest bit marks the first octet below 14; higher ones may err.
    private static func below14(_ word: UInt64) -> UInt64 {
        (word &- 0x0E0E_0E0E_0E0E_0E0E) & ~word & 0x8080_8080_8080_8080
    }

    /// A bit for each space; a bit above the lowest may err.
    private static func spaces(_ word: UInt64) -> UInt64 {
        let difference = word ^ 0x2020_2020_2020_2020
        return (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
    }
}
