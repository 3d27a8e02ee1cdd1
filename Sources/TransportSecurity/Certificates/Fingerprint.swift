import Crypto

/// The SHA-256 digest of a certificate or, where it says so, of a public key: what two people compare.
public struct Fingerprint: Sendable, Hashable {
    /// 32 octets.
    public let digest: [UInt8]

    /// The digest of these octets.
    public init(of octets: some Collection<UInt8>) { digest = Array(SHA256.hash(data: Array(octets))) }

    /// A digest that was written down: 64 hexadecimal digits in any case, spaces and colons between them or not; nil
    /// for anything else.
    public init?(_ text: String) {
        var digits: [UInt8] = []
        for byte in text.utf8 where byte != UInt8(ascii: " ") && byte != UInt8(ascii: ":") {
            guard let digit = Self.digit(byte), digits.count < 64 else { return nil }
            digits.append(digit)
        }
        guard digits.count == 64 else { return nil }
        digest = stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Fingerprint: CustomStringConvertible {
    /// 64 hexadecimal digits.
    public var description: String { digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

extension Fingerprint: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let fingerprint = Fingerprint(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a fingerprint")
        }
        self = fingerprint
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
