/// What a look through content tells of how it has to be sent.
public struct ContentSurvey: Sendable, Hashable {
    /// Octets.
    public private(set) var octets: UInt64 = 0
    /// An octet over 127: needs 8BITMIME (RFC 6152).
    public private(set) var hasEightBit = false
    /// A NUL: only BINARYMIME carries it (RFC 3030).
    public private(set) var hasNUL = false
    /// A bare CR or LF: only BINARYMIME carries it.
    public private(set) var hasBareNewline = false
    /// The octets of the longest line without its CRLF.
    public private(set) var longestLine = 0
    /// A line begins with a dot: it takes another one (RFC 5321 §4.5.2).
    public private(set) var hasLeadingDot = false
    /// Whether the content is empty or ends with CRLF.
    public private(set) var endsWithLineEnd = true

    private var isAfterCR = false
    private var lineLength = 0

    /// A survey of nothing.
    public init() {}

    /// A survey of content in memory.
    public init(_ content: Span<UInt8>) {
        add(content)
        finish()
    }

    /// Looks at the next octets.
    public mutating func add(_ input: Span<UInt8>) {
        octets &+= UInt64(input.count)
        if !hasEightBit { hasEightBit = input.hasEightBit }
        var index = 0
        while index < input.count {
            if isAfterCR {
                isAfterCR = false
                if input[index] == 0x0A {
                    endLine()
                    index += 1
                    continue
                }
                hasBareNewline = true
            }
            if endsWithLineEnd {
                endsWithLineEnd = false
                if input[index] == UInt8(ascii: ".") { hasLeadingDot = true }
            }
            let found = input.firstControl(from: index)
            lineLength &+= found - index
            index = found
            guard found < input.count else { break }
            switch input[found] {
            case 0x0D: isAfterCR = true
            case 0x0A: hasBareNewline = true
            default:
                hasNUL = true
                lineLength &+= 1
            }
            index += 1
        }
    }

    /// The content is complete.
    public mutating func finish() {
        if isAfterCR { hasBareNewline = true }
        isAfterCR = false
        longestLine = max(longestLine, lineLength)
    }

    private mutating func endLine() {
        longestLine = max(longestLine, lineLength)
        lineLength = 0
        endsWithLineEnd = true
    }
}

extension Span<UInt8> {
    /// Whether an octet is over 127. Looks at 32 octets at a time.
    var hasEightBit: Bool {
        withUnsafeBytes { bytes in
            var index = 0
            // In bounds: each load ends at or before `bytes.count`.
            while index &+ 32 <= bytes.count {
                let first = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let second = bytes.loadUnaligned(fromByteOffset: index &+ 8, as: UInt64.self)
                let third = bytes.loadUnaligned(fromByteOffset: index &+ 16, as: UInt64.self)
                let fourth = bytes.loadUnaligned(fromByteOffset: index &+ 24, as: UInt64.self)
                if (first | second | third | fourth) & 0x8080_8080_8080_8080 != 0 { return true }
                index &+= 32
            }
            while index < bytes.count {
                if bytes[index] >= 0x80 { return true }
                index &+= 1
            }
            return false
        }
    }
}
