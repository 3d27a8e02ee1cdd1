/// The command grammar as a parsing expression grammar over the octets of one line.
///
/// Each rule is a method named after the ABNF rule that its comment quotes. A rule either matches and moves `index`
/// over what it matched, or answers nil or false and leaves `index` where it was. Choice is ordered and repetition is
/// greedy: where the order or the shape differs from the ABNF so that the language stays the same, a comment says why.
/// No rule calls itself, and no octet is looked at more than a fixed number of times: the cost grows with the length
/// of the line and with nothing else.
struct Grammar: ~Escapable {
    /// The whole line.
    let input: Span<UInt8>
    /// Where the rules see the line end.
    var end: Int
    /// The next octet to match.
    var index = 0
    #if DEBUG
        /// How many octets the rules have looked at.
        var steps = 0
    #endif

    @_lifetime(copy input)
    init(_ input: Span<UInt8>) {
        self.input = input
        self.end = input.count
    }

    /// Whether nothing is left to match.
    var isAtEnd: Bool { index >= end }

    /// The next octet, or nil at the end.
    @inline(__always)
    mutating func peek() -> UInt8? {
        #if DEBUG
            steps += 1
        #endif
        return index < end ? input[index] : nil
    }

    /// Matches one ASCII character.
    @inline(__always)
    mutating func character(_ expected: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: expected) else { return false }
        index += 1
        return true
    }

    /// Matches one octet of a class.
    @inline(__always)
    mutating func octet(where isMember: (UInt8) -> Bool) -> UInt8? {
        guard let octet = peek(), isMember(octet) else { return nil }
        index += 1
        return octet
    }

    /// Matches `*`class, at most `limit` octets, and answers how many there were.
    @inline(__always)
    mutating func octets(atMost limit: Int = .max, where isMember: (UInt8) -> Bool) -> Int {
        let start = index
        while index - start < limit, let octet = peek(), isMember(octet) {
            index += 1
        }
        return index - start
    }

    /// Matches a literal of the ABNF, in any case of letters (RFC 5234 §2.3).
    mutating func literal(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard end - index >= count, matches(index..<index + count, text) else { return false }
        index += count
        return true
    }

    /// Whether the octets at `range` are those of `text`, in any case of letters.
    mutating func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        // The pointer is to a literal of this source, which lives as long as the process; `offset` stays below its count.
        for offset in 0..<range.count {
            #if DEBUG
                steps += 1
            #endif
            guard input[range.lowerBound + offset].uppercasedASCII == text.utf8Start[offset].uppercasedASCII else {
                return false
            }
        }
        return true
    }

    /// A copy of the octets at `range`.
    func copy(_ range: Range<Int>) -> [UInt8] {
        input.extracting(range).withUnsafeBufferPointer { [UInt8]($0) }
    }

    /// `UTF8-non-ascii = UTF8-2 / UTF8-3 / UTF8-4`, RFC 6532 §3.1 and RFC 3629 §4
    ///
    /// but for the control characters U+0080 to U+009F, which no address needs and which terminals obey.
    mutating func utf8NonASCII() -> UInt32? {
        guard let first = peek() else { return nil }
        let tails: Int
        // RFC 3629 §4: the second octet has a narrower range after E0, ED, F0 and F4.
        var lowest: UInt8 = 0x80
        var highest: UInt8 = 0xBF
        var scalar: UInt32
        switch first {
        case 0xC2...0xDF:
            (tails, scalar) = (1, UInt32(first & 0x1F))
        case 0xE0...0xEF:
            (tails, scalar) = (2, UInt32(first & 0x0F))
            if first == 0xE0 { lowest = 0xA0 }
            if first == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            (tails, scalar) = (3, UInt32(first & 0x07))
            if first == 0xF0 { lowest = 0x90 }
            if first == 0xF4 { highest = 0x8F }
        default:
            return nil
        }
        let start = index
        index += 1
        for _ in 0..<tails {
            guard let tail = octet(where: { $0 >= lowest && $0 <= highest }) else {
                index = start
                return nil
            }
            (lowest, highest) = (0x80, 0xBF)
            scalar = scalar << 6 | UInt32(tail & 0x3F)
        }
        guard scalar >= 0xA0 else {
            index = start
            return nil
        }
        return scalar
    }

    /// Matches `*(%d32-126 / UTF8-non-ascii)`: what a Quoted-string can hold.
    mutating func quotableText() -> Bool {
        while let octet = peek() {
            if octet < 0x80 {
                guard !octet.isCTL else { return true }
                index += 1
            } else if utf8NonASCII() == nil {
                return true
            }
        }
        return true
    }
}
