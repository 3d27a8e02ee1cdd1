public import SASL

/// A password for one program or device: made by us, shown once, revoked alone.
public struct AppPassword: Sendable, Hashable {
    /// Its name among the account's: 1…32 small letters, digits, dots, hyphens or underscores.
    public let label: String
    /// When it was made: seconds since 1970.
    public let made: Int64
    /// Made with the account's ``AccountSecrets/parameters``.
    public let keys: SCRAMKeys

    /// Nil for a label that is none.
    public init?(label: String, made: Int64, keys: SCRAMKeys) {
        guard Self.isLabel(label) else { return nil }
        self.label = label
        self.made = made
        self.keys = keys
    }

    /// Whether a text can name one.
    public static func isLabel(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || [0x2D, 0x2E, 0x5F].contains($0)
            }
    }

    /// A new one: five groups of four letters and digits, 100 random bits.
    public static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("abcdefghijklmnopqrstuvwxyz234567")
        let groups = (0..<5).map { _ in
            String((0..<4).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
        }
        return groups.joined(separator: "-")
    }
}
