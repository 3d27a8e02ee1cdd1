/// One macro: `%{`, a letter, transformers, delimiters, `}` (RFC 7208 §7.1).
public struct SPFMacro: Sendable, Hashable {
    /// What the macro stands for (§7.2).
    public enum Letter: UInt8, Sendable, Hashable, CaseIterable {
        /// `s`: the sender
        case sender = 0x73
        /// `l`: its local-part
        case localPart = 0x6C
        /// `o`: its domain
        case senderDomain = 0x6F
        /// `d`: the domain whose record this is
        case domain = 0x64
        /// `i`: the client's address with dots between octets or nibbles
        case address = 0x69
        /// `p`: the validated name of the client
        case validatedName = 0x70
        /// `v`: `in-addr` or `ip6`
        case addressFamily = 0x76
        /// `h`: the argument of HELO or EHLO
        case helo = 0x68
        /// `c`: the client's address as people write it
        case readableAddress = 0x63
        /// `r`: who checks
        case receiver = 0x72
        /// `t`: seconds since 1970
        case time = 0x74

        /// Whether it may stand only in an explanation.
        public var isForExplanations: Bool { self == .readableAddress || self == .receiver || self == .time }
    }

    /// The characters at which the value is split; none is `.`.
    public struct Delimiters: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        // delimiter        = "." / "-" / "+" / "," / "/" / "_" / "="
        private static let octets = Array(".-+,/_=".utf8)

        /// The delimiter that an octet is.
        init?(octet: UInt8) {
            guard let index = Self.octets.firstIndex(of: octet) else { return nil }
            rawValue = 1 << UInt8(index)
        }

        func splits(at octet: UInt8) -> Bool {
            isEmpty ? octet == UInt8(ascii: ".") : Self(octet: octet).map(contains) ?? false
        }

        var text: String {
            String(decoding: Self.octets.filter { Self(octet: $0).map(contains) ?? false }, as: UTF8.self)
        }
    }

    /// A larger number of parts is read as this one: no value has so many.
    static let maximumPartCount = 65_535

    /// What it stands for.
    public let letter: Letter
    /// Whether the letter is a capital: the result is escaped as in a URL (RFC 3986 §2).
    public let isURLEscaped: Bool
    /// How many parts are kept, from the right; nil is all.
    public let partCount: Int?
    /// Whether the parts are turned round first.
    public let isReversed: Bool
    /// Where the value is split.
    public let delimiters: Delimiters

    /// What becomes of the value of the letter (§7.3).
    func transformed(_ value: [UInt8]) -> [UInt8] {
        var result = value
        if partCount != nil || isReversed || !delimiters.isEmpty {
            var parts = value.split(omittingEmptySubsequences: false, whereSeparator: delimiters.splits)
            if isReversed { parts.reverse() }
            result = Array(parts.suffix(partCount ?? parts.count).joined(separator: [UInt8(ascii: ".")]))
        }
        return isURLEscaped ? Self.urlEscaped(result) : result
    }

    private static func urlEscaped(_ value: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return value.flatMap { octet -> [UInt8] in
            // unreserved  = ALPHA / DIGIT / "-" / "." / "_" / "~"
            if octet.spfIsNameByte || octet == UInt8(ascii: "~") { return [octet] }
            return [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 0x0F)]]
        }
    }
}

extension SPFMacro: CustomStringConvertible {
    /// As a record writes it.
    public var description: String {
        let capital: UInt8 = isURLEscaped ? 0x20 : 0
        let count = partCount.map { String($0) } ?? ""
        return "%{\(Unicode.Scalar(letter.rawValue - capital))\(count)\(isReversed ? "r" : "")\(delimiters.text)}"
    }
}
