/// Byte classes of RFC 5234 appendix B and RFC 5322 §3.2.
extension UInt8 {
    @usableFromInline package static let tab: UInt8 = 0x09
    @usableFromInline package static let lineFeed: UInt8 = 0x0A
    @usableFromInline package static let carriageReturn: UInt8 = 0x0D
    @usableFromInline package static let space: UInt8 = 0x20
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")

    @inlinable package var isWSP: Bool { self == .space || self == .tab }

    /// White space as a folded body has it: WSP, CR or LF.
    @inlinable package var isFoldingWhiteSpace: Bool { isWSP || self == .carriageReturn || self == .lineFeed }

    @inlinable package var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    @inlinable package var isAlpha: Bool { lowercasedASCII >= 0x61 && lowercasedASCII <= 0x7A }

    @inlinable package var isAlphanumeric: Bool { isDigit || isAlpha }

    @inlinable package var isControl: Bool { self < 0x20 || self == 0x7F }

    @inlinable package var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

    /// What the digit stands for in base64 (RFC 2045 §6.8); nil for another byte.
    @inlinable package var base64Value: UInt8? {
        switch self {
        case 0x41...0x5A: self - 0x41
        case 0x61...0x7A: self - 0x61 + 26
        case 0x30...0x39: self - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }

    /// What the digit stands for in hexadecimal, in either case; nil for another byte.
    var hexadecimalValue: UInt8? {
        if isDigit { return self & 0x0F }
        let lower = lowercasedASCII
        return (0x61...0x66).contains(lower) ? lower - 0x61 + 10 : nil
    }

    // RFC 5322 §2.2: ftext is any printable US-ASCII but ":".
    @inlinable package var isFieldNameByte: Bool { self >= 0x21 && self <= 0x7E && self != UInt8(ascii: ":") }

    // RFC 5322 §3.2.3 atext, with UTF8-non-ascii by RFC 6532 §3.2.
    var isAtext: Bool {
        if isAlphanumeric || self >= 0x80 { return true }
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"),
            UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }

    // RFC 2045 §5.1 token; bytes over 127 because an authserv-id may hold U-labels (RFC 8616 §5).
    var isTokenByte: Bool {
        if self <= 0x20 || self == 0x7F { return false }
        switch self {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), .backslash, .quote, UInt8(ascii: "/"),
            UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "?"), UInt8(ascii: "="):
            return false
        default:
            return true
        }
    }
}

/// Whether two byte sequences are equal but for ASCII case.
@inlinable
package func equalIgnoringASCIICase(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Bool {
    a.count == b.count && a.elementsEqual(b) { $0 == $1 || $0.lowercasedASCII == $1.lowercasedASCII }
}

/// Whether the bytes are well-formed UTF-8 (RFC 3629 §4).
package func isWellFormedUTF8(_ bytes: some Sequence<UInt8>) -> Bool {
    var iterator = bytes.makeIterator()
    var decoder = UTF8()
    while true {
        switch decoder.decode(&iterator) {
        case .scalarValue: continue
        case .emptyInput: return true
        case .error: return false
        }
    }
}
