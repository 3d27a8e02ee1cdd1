import Crypto

/// Proves that an address was rewritten here: the first 30 bits of an HMAC (RFC 2104) with SHA-256, as six digits of base 32 (RFC 4648
/// §6). They don't hang on the case of ASCII letters, since there are hosts that change it.
struct RewritingSigner: Sendable {
    private let keys: [SymmetricKey]

    static let minimumKey = 16
    private static let length = 6
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    init?(keys: [[UInt8]]) {
        guard !keys.isEmpty, keys.allSatisfy({ $0.count >= Self.minimumKey }) else { return nil }
        self.keys = keys.map { SymmetricKey(data: $0) }
    }

    /// By the first key.
    func hash(_ parts: [[UInt8]]) -> [UInt8] { keys.first.map { Self.hash(parts, $0) } ?? [] }

    /// By any key.
    func isValid(_ hash: [UInt8], for parts: [[UInt8]]) -> Bool {
        let given = hash.map(\.capital)
        return keys.reduce(false) { isValid, key in
            let expected = Self.hash(parts, key)
            // Takes the same time whatever differs.
            let difference = zip(expected, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
            return (difference == 0 && expected.count == given.count) || isValid
        }
    }

    private static func hash(_ parts: [[UInt8]], _ key: SymmetricKey) -> [UInt8] {
        var code = HMAC<SHA256>(key: key)
        for part in parts {
            // With its length, so that no two lists of parts are the same octets.
            withUnsafeBytes(of: UInt64(part.count).bigEndian) { code.update(data: $0) }
            code.update(data: part.map(\.capital))
        }
        var bits = code.finalize().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var digits: [UInt8] = []
        for _ in 0..<length {
            digits.append(digit(UInt8(truncatingIfNeeded: bits >> 59)))
            bits <<= 5
        }
        return digits
    }

    /// The digit for the lowest five bits.
    static func digit(_ value: UInt8) -> UInt8 { alphabet[Int(value & 31)] }

    /// The value of a digit in any case.
    static func value(_ digit: UInt8) -> UInt8? {
        alphabet.firstIndex(of: digit.capital).map { UInt8(truncatingIfNeeded: $0) }
    }
}
