/// Finds the lines of a message eight octets at a time, and notes NUL and octets over 127 on the way. LF ends a line, with
/// CR before it or without.
struct LineScanner {
    struct Line {
        var start: Int
        /// Where the line end begins.
        var contentEnd: Int
        /// Where the next line begins.
        var next: Int
    }

    let bytes: [UInt8]
    private(set) var position = 0
    /// Since the last ``forget()``.
    private(set) var sawNUL = false
    private(set) var sawEightBit = false
    private(set) var sawCRLF = false
    private(set) var sawBareLF = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func forget() {
        sawNUL = false
        sawEightBit = false
    }

    mutating func next() -> Line? {
        let start = position
        guard start < bytes.count else { return nil }
        let run = Self.run(bytes.span.bytes, from: start)
        if run.hasNUL { sawNUL = true }
        if run.hasEightBit { sawEightBit = true }
        let lineFeed = run.end
        guard lineFeed < bytes.count else {
            position = bytes.count
            return Line(start: start, contentEnd: bytes.count, next: bytes.count)
        }
        position = lineFeed + 1
        let hasReturn = lineFeed > start && bytes[lineFeed - 1] == .carriageReturn
        if hasReturn { sawCRLF = true } else { sawBareLF = true }
        return Line(start: start, contentEnd: hasReturn ? lineFeed - 1 : lineFeed, next: position)
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The lowest bit that is set is at the first octet that is zero; bits above it mean nothing.
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & highs }

    /// What stands from a place up to the next LF, or to the end.
    private struct Run {
        var end: Int
        var hasNUL: Bool
        var hasEightBit: Bool
    }

    private static func run(_ bytes: borrowing RawSpan, from start: Int) -> Run {
        var index = start
        var eightBit: UInt64 = 0
        var nul: UInt64 = 0
        let count = bytes.byteCount
        while index + 8 <= count {
            // checked against the bounds; any eight octets are a number
            let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let found = zeros(word ^ (ones &* 0x0A))
            if found != 0 {
                let offset = found.trailingZeroBitCount / 8
                // what is behind the line feed belongs to the next line
                let mask: UInt64 = (1 << UInt64(offset * 8)) &- 1
                eightBit |= word & mask & highs
                nul |= zeros(word | ~mask)
                return Run(end: index + offset, hasNUL: nul != 0, hasEightBit: eightBit != 0)
            }
            eightBit |= word & highs
            nul |= zeros(word)
            index += 8
        }
        while index < count {
            let byte = bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            if byte == .lineFeed { break }
            if byte >= 0x80 { eightBit = 1 }
            if byte == 0 { nul = 1 }
            index += 1
        }
        return Run(end: index, hasNUL: nul != 0, hasEightBit: eightBit != 0)
    }
}
