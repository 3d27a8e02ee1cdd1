/// The name of a contact: 26 characters of base 32 (128 random bits). Nobody can guess another one's.
public struct ContactID: Sendable, Hashable {
    /// The characters.
    public let text: String

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// A new one from the system's random number generator.
    public static func random() -> ContactID {
        var generator = SystemRandomNumberGenerator()
        return random(using: &generator)
    }

    /// A new one.
    public static func random(using generator: inout some RandomNumberGenerator) -> ContactID {
        var high: UInt64 = generator.next()
        var low: UInt64 = generator.next()
        var bytes: [UInt8] = []
        for index in 0..<26 {
            bytes.append(alphabet[Int((index < 13 ? high : low) & 31)])
            if index < 13 { high >>= 5 } else { low >>= 5 }
        }
        return ContactID(unchecked: String(decoding: bytes, as: UTF8.self))
    }

    private init(unchecked text: String) { self.text = text }

    /// Nil unless the text has the form of an identifier.
    public init?(_ text: String) {
        guard text.utf8.count == 26, text.utf8.allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
        self.text = text
    }
}
