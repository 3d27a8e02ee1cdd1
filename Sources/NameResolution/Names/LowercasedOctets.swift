extension UInt64 {
    /// Eight octets, the capital ASCII letters among them made small.
    @inlinable package var lowercasedOctets: UInt64 {
        let sevenBits = self & 0x7F7F_7F7F_7F7F_7F7F
        // The highest bit of an octet: it is 0x41 or more, it is 0x5B or more.
        let fromA = sevenBits &+ 0x3F3F_3F3F_3F3F_3F3F
        let beyondZ = sevenBits &+ 0x2525_2525_2525_2525
        let capitals = fromA & ~beyondZ & ~self & 0x8080_8080_8080_8080
        return self | capitals >> 2
    }
}

extension RawSpan {
    /// The octets as words of eight, capital ASCII letters made small; a last one is filled up with zeros.
    @inline(__always) func forEachLowercasedWord(_ body: (UInt64) -> Void) {
        var index = 0
        // "unsafe" is the type alone: the loads are checked against the bounds, and any eight octets are a number.
        while index + 8 <= byteCount {
            body(unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self).lowercasedOctets)
            index += 8
        }
        guard index < byteCount else { return }
        var rest: UInt64 = 0
        while index < byteCount {
            rest = rest << 8 | UInt64(unsafeLoad(fromByteOffset: index, as: UInt8.self))
            index += 1
        }
        body(rest.lowercasedOctets)
    }
}
