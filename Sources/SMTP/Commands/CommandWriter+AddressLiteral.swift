extension CommandWriter {
    /// Writes an address literal with its brackets (RFC 5321 §4.1.3).
    mutating func append(_ literal: AddressLiteral) {
        append("[")
        switch literal {
        case .ipv4(let first, let second, let third, let fourth):
            append(UInt64(first))
            append(".")
            append(UInt64(second))
            append(".")
            append(UInt64(third))
            append(".")
            append(UInt64(fourth))
        case .ipv6(let octets):
            append("IPv6:")
            append(ipv6: octets)
        case .general(let tag, let content):
            append(text: tag)
            append(":")
            append(text: content)
        }
        append("]")
    }

    /// Writes an IPv6 address in canonical form (RFC 5952 §4). Missing octets are zero.
    private mutating func append(ipv6 octets: [UInt8]) {
        let groups = (0..<8).map { group in
            [2 * group, 2 * group + 1].reduce(into: UInt16(0)) { value, position in
                value = value << 8 | (position < octets.count ? UInt16(octets[position]) : 0)
            }
        }
        let zeros = CommandWriter.longestZeros(of: groups)
        var position = 0
        while position < groups.count {
            if position == zeros.lowerBound, !zeros.isEmpty {
                append("::")
                position = zeros.upperBound
                continue
            }
            if position > 0, position != zeros.upperBound || zeros.isEmpty { append(":") }
            append(group: groups[position])
            position += 1
        }
    }

    // RFC 5952 §4.2: the longest run of two or more zero groups, the first of equals.
    private static func longestZeros(of groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for position in groups.indices {
            if groups[position] != 0 {
                start = position + 1
            } else if position + 1 - start > max(longest.count, 1) {
                longest = start..<position + 1
            }
        }
        return longest
    }

    // RFC 5952 §4.1 and §4.3: no leading zeros, small letters.
    private mutating func append(group: UInt16) {
        var isLeading = true
        for shift in [UInt16(12), 8, 4, 0] {
            let digit = UInt8(truncatingIfNeeded: group >> shift) & 0x0F
            if digit == 0, isLeading, shift > 0 { continue }
            isLeading = false
            append(digit: digit)
        }
    }
}
