extension UnsafeRawBufferPointer {
    /// The index at or after `start` of the first octet that relaxed canonicalization may change: a TAB, a CR, or a
    /// space with another one after it; `count` when there is none.
    func firstDoubtful(from start: Int) -> Int {
        var index = start
        // In bounds: the second load ends at or before `count`.
        while index &+ 17 <= count {
            let octets = loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self)
            let next = loadUnaligned(fromByteOffset: index &+ 1, as: SIMD16<UInt8>.self)
            let (first, second) = Self.doubtful(octets, before: next)
            if first | second != 0 {
                return first != 0 ? index &+ first.firstOctet : index &+ 8 &+ second.firstOctet
            }
            index &+= 16
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

    /// All bits of each octet that is doubtful, none of the others.
    @inline(__always)
    private static func doubtful(_ octets: SIMD16<UInt8>, before next: SIMD16<UInt8>) -> (UInt64, UInt64) {
        let space = SIMD16<UInt8>(repeating: 0x20)
        let carriageReturn = SIMD16<UInt8>(repeating: 0x0D)
        // TAB and CR differ in one bit.
        let marks = ((octets | SIMD16(repeating: 0x04)) .== carriageReturn) .| ((octets .== space) .& (next .== space))
        // A mask has 16 octets, each all ones or all zeros, as has a pair of words.
        let words = unsafeBitCast(marks, to: SIMD2<UInt64>.self)
        return (UInt64(littleEndian: words[0]), UInt64(littleEndian: words[1]))
    }
}

extension UInt64 {
    /// The number of the lowest octet that isn't zero.
    fileprivate var firstOctet: Int { trailingZeroBitCount / 8 }
}
