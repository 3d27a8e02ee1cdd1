extension Span<UInt8> {
    /// The index of the first NUL, LF or CR at or after `start`; `count` when there is none.
    ///
    /// Looks at eight octets at a time: a word in which no octet is below 14 holds none of the three. Text has few others
    /// below 14 (TAB is the usual one), and those cost one more look each.
    @inlinable
    func firstControl(from start: Int) -> Int {
        withUnsafeBytes { bytes in
            var index = start
            // In bounds: each load ends at or before `bytes.count`.
            while index &+ 32 <= bytes.count {
                let a = Self.below14(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let b = Self.below14(bytes.loadUnaligned(fromByteOffset: index &+ 8, as: UInt64.self))
                let c = Self.below14(bytes.loadUnaligned(fromByteOffset: index &+ 16, as: UInt64.self))
                let d = Self.below14(bytes.loadUnaligned(fromByteOffset: index &+ 24, as: UInt64.self))
                if a | b | c | d == 0 {
                    index &+= 32
                    continue
                }
                let (offset, word) = a != 0 ? (0, a) : b != 0 ? (8, b) : c != 0 ? (16, c) : (24, d)
                index &+= offset &+ word.littleEndian.trailingZeroBitCount / 8
                if Self.isControl(bytes[index]) { return index }
                index &+= 1
            }
            while index < bytes.count {
                if Self.isControl(bytes[index]) { return index }
                index &+= 1
            }
            return index
        }
    }

    /// Nonzero when an octet is below 14; its lowest set bit marks the first of them.
    @inlinable
    static func below14(_ word: UInt64) -> UInt64 {
        let x = UInt64(littleEndian: word)
        return ((x &- 0x0E0E_0E0E_0E0E_0E0E) & ~x & 0x8080_8080_8080_8080).littleEndian
    }

    @inlinable
    static func isControl(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D || byte == 0 }
}
