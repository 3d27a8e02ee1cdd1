extension IPAddress {
    /// The address that `text` writes: dotted decimal without leading zeros, or a form of RFC 4291 §2.2. No brackets, no zone.
    public init?(_ text: some Collection<UInt8>) {
        guard text.count <= 45 else { return nil }
        let text = Array(text)
        let octets = text.contains(UInt8(ascii: ":")) ? Self.ipv6(text) : Self.ipv4(text[...])
        guard let octets else { return nil }
        self.init(octets: octets)
    }

    /// The address in the UTF-8 of `text`.
    public init?(_ text: String) { self.init(Array(text.utf8)) }

    private static func ipv4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var octets: [UInt8] = []
        var number: Int?
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard let octet = number, octets.count < 3 else { return nil }
                octets.append(UInt8(octet))
                number = nil
            } else {
                // No digit follows a zero in front.
                guard byte.isDigit, number != 0 else { return nil }
                let next = (number ?? 0) * 10 + Int(byte - 0x30)
                guard next <= UInt8.max else { return nil }
                number = next
            }
        }
        guard let octet = number, octets.count == 3 else { return nil }
        return octets + [UInt8(octet)]
    }

    private static func ipv6(_ text: [UInt8]) -> [UInt8]? {
        var halves: [[UInt8]] = [[]]
        var groups = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        // `::` at either end leaves an empty group more than it stands for.
        if text.starts(with: [UInt8(ascii: ":")]) {
            guard groups[1].isEmpty else { return nil }
            groups.removeFirst()
        }
        if text.last == UInt8(ascii: ":") {
            guard groups.count > 1, groups[groups.count - 2].isEmpty else { return nil }
            groups.removeLast()
        }
        for (index, group) in groups.enumerated() {
            if group.isEmpty {
                guard halves.count == 1 else { return nil }
                halves.append([])
            } else if index == groups.count - 1, group.contains(UInt8(ascii: ".")) {
                guard let octets = ipv4(group) else { return nil }
                halves[halves.count - 1] += octets
            } else {
                guard let number = hexadecimal(group) else { return nil }
                halves[halves.count - 1] += [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
            }
        }
        guard halves.count == 2 else { return halves[0].count == 16 ? halves[0] : nil }
        let missing = 16 - halves[0].count - halves[1].count
        guard missing >= 2 else { return nil }
        return halves[0] + [UInt8](repeating: 0, count: missing) + halves[1]
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(digits.count) else { return nil }
        var number: UInt16 = 0
        for digit in digits {
            switch digit.lowercased {
            case 0x30...0x39: number = number << 4 | UInt16(digit - 0x30)
            case 0x61...0x66: number = number << 4 | UInt16(digit.lowercased - 0x61 + 10)
            default: return nil
            }
        }
        return number
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or the canonical form of RFC 5952: for example `192.0.2.1` or `2001:db8::1`.
    public var description: String {
        guard isIPv6 else { return dottedDecimal }
        if withoutMapping != self { return "::ffff:\(withoutMapping)" }
        let groups = (0..<8).map { UInt16(octets[$0 * 2]) << 8 | UInt16(octets[$0 * 2 + 1]) }
        let zeros = Self.longestZeros(groups)
        let text = { (range: Range<Int>) in groups[range].map { String($0, radix: 16) }.joined(separator: ":") }
        guard let zeros else { return text(0..<8) }
        return "\(text(0..<zeros.lowerBound))::\(text(zeros.upperBound..<8))"
    }

    private var dottedDecimal: String {
        var text: [UInt8] = []
        text.reserveCapacity(15)
        for octet in octets {
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            if octet >= 100 { text.append(0x30 + octet / 100) }
            if octet >= 10 { text.append(0x30 + octet / 10 % 10) }
            text.append(0x30 + octet % 10)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// RFC 5952 §4.2: the first longest run of two or more zero groups.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start >= 2, end - start > best?.count ?? 0 { best = start..<end }
            start = max(end, start) + 1
        }
        return best
    }
}
