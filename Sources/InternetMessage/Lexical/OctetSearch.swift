/// Searches eight octets at a time.
extension RawSpan {
    /// The index at or after `start` of the first octet that `marks` marks; `byteCount` when there is none.
    ///
    /// - Parameter marks: sets the highest bit of each octet of a word that is looked for. Above the lowest of them it may err.
    ///   The letter `a`, with which a last word is filled up, is none.
    @inlinable
    package func firstIndex(from start: Int, marks: (UInt64) -> UInt64) -> Int {
        var index = start
        // "unsafe" is the type alone: the loads are checked against the bounds, and any eight octets are a number.
        while index &+ 8 <= byteCount {
            let marked = marks(UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)))
            if marked != 0 { return index &+ marked.trailingZeroBitCount / 8 }
            index &+= 8
        }
        guard index < byteCount else { return byteCount }
        var word = UInt64(repeating: UInt8(ascii: "a"))
        for place in (index..<byteCount).reversed() {
            word = word << 8 | UInt64(unsafeLoad(fromByteOffset: place, as: UInt8.self))
        }
        let marked = marks(word)
        return marked == 0 ? byteCount : index &+ marked.trailingZeroBitCount / 8
    }
}

extension UInt64 {
    /// An octet eight times.
    @inlinable
    package init(repeating octet: UInt8) { self = UInt64(octet) &* 0x0101_0101_0101_0101 }

    /// Marks the octets that equal `octet`.
    @inlinable
    package func marks(of octet: UInt8) -> UInt64 { (self ^ UInt64(repeating: octet)).marks(below: 1) }

    /// Marks the octets below `limit`, which is 0x80 at most.
    @inlinable
    package func marks(below limit: UInt8) -> UInt64 {
        (self &- UInt64(repeating: limit)) & ~self & 0x8080_8080_8080_8080
    }
}
