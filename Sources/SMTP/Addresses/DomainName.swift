/// A domain name as SMTP writes it: `Domain` of RFC 5321 §4.1.2, with the U-labels of RFC 6531 §3.3.
///
/// Letters, digits and hyphens (or UTF-8) in labels of 1 to 63 octets, 255 octets at most, no trailing dot, and a last
/// label that is not all digits. The case is kept as given; `==` and `hash(into:)` ignore the case of ASCII letters.
public struct DomainName: Sendable {
    /// The name as given, without a trailing dot.
    public let bytes: [UInt8]

    /// The name in `bytes`, or nil when the whole of it is no `Domain`.
    public init?(_ bytes: [UInt8]) {
        var grammar = Grammar(bytes.span)
        guard let name = grammar.domain(), grammar.isAtEnd else { return nil }
        self = name
    }

    /// The name in the UTF-8 of `string`, or nil when the whole of it is no `Domain`.
    public init?(_ string: String) {
        self.init([UInt8](string.utf8))
    }

    /// Whether every label is ASCII. A name that is not needs SMTPUTF8.
    public var isASCII: Bool { bytes.allSatisfy { $0 < 0x80 } }

    /// A name that the grammar has already checked.
    init(checked bytes: [UInt8]) {
        self.bytes = bytes
    }
}

// RFC 5321 §2.4: domain names are compared without regard to case.
extension DomainName: Hashable {
    /// Equality without regard to the case of ASCII letters.
    public static func == (left: DomainName, right: DomainName) -> Bool {
        left.bytes.elementsEqual(right.bytes) { $0.lowercasedASCII == $1.lowercasedASCII }
    }

    /// Hashes the name in lower case.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.count)
        for byte in bytes {
            hasher.combine(byte.lowercasedASCII)
        }
    }
}

extension DomainName: CustomStringConvertible {
    /// The number of octets, never the name.
    public var description: String { "DomainName(\(bytes.count) octets)" }
}
