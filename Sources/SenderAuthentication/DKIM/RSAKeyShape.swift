/// What an RSA public key in DER looks like from outside: seen before anything is computed with it, so that a key of a
/// wrong size is told by its size.
///
///     SubjectPublicKeyInfo ::= SEQUENCE { SEQUENCE { rsaEncryption, … }, BIT STRING { RSAPublicKey } }
///     RSAPublicKey         ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
///
/// RFC 6376 §3.6.1 asks for an RSAPublicKey, its example and everybody's records are SubjectPublicKeyInfo.
struct RSAKeyShape {
    /// Bits of the modulus.
    let bits: Int

    // 1.2.840.113549.1.1.1
    private static let rsaEncryption: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]

    private enum Kind: UInt8 {
        case integer = 0x02
        case bitString = 0x03
        case objectIdentifier = 0x06
        case sequence = 0x30
    }

    /// - Returns: nil when the octets are neither of the two, or octets follow.
    init?(_ octets: [UInt8]) {
        var outer = octets[...]
        guard var content = Self.take(.sequence, &outer), outer.isEmpty else { return nil }
        if content.first == Kind.sequence.rawValue {
            guard var algorithm = Self.take(.sequence, &content), let bits = Self.take(.bitString, &content),
                content.isEmpty, let name = Self.take(.objectIdentifier, &algorithm),
                name.elementsEqual(Self.rsaEncryption), bits.first == 0
            else { return nil }
            outer = bits.dropFirst()
            guard let key = Self.take(.sequence, &outer), outer.isEmpty else { return nil }
            content = key
        }
        guard let modulus = Self.take(.integer, &content), let exponent = Self.take(.integer, &content),
            content.isEmpty, Self.isPositive(modulus), Self.isPositive(exponent)
        else { return nil }
        let significant = modulus.drop { $0 == 0 }
        bits = significant.count * 8 - (significant.first?.leadingZeroBitCount ?? 0)
    }

    private static func isPositive(_ integer: ArraySlice<UInt8>) -> Bool {
        guard let first = integer.first else { return false }
        return first < 0x80 && integer.contains { $0 != 0 }
    }

    /// The content of the next element, which has to be of this kind.
    private static func take(_ kind: Kind, _ octets: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard octets.popFirst() == kind.rawValue, let first = octets.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let digits = Int(first & 0x7F)
            guard (1...2).contains(digits), octets.count >= digits else { return nil }
            length = octets.prefix(digits).reduce(0) { $0 << 8 | Int($1) }
            octets = octets.dropFirst(digits)
        }
        guard octets.count >= length else { return nil }
        defer { octets = octets.dropFirst(length) }
        return octets.prefix(length)
    }
}
