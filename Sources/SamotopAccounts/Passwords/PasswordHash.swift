import Crypto
import CryptoExtras
import Foundation

/// A password that nobody can read back: scrypt (RFC 7914), which costs memory as well as time.
///
/// As text: `$scrypt$ln=15,r=8,p=1$SALT$HASH`; `ln` is the binary logarithm of the cost N, salt and hash are base
/// 64 without
/// padding. With these numbers one try takes 32 MiB.
public struct PasswordHash: Sendable, Hashable {
    /// What a try costs.
    public struct Cost: Sendable, Hashable {
        /// N = 2^this; 10…20.
        public let logarithm: Int
        /// r; 1…16.
        public let blockSize: Int
        /// p; 1…4.
        public let parallelism: Int

        /// 32 MiB and about a tenth of a second.
        public static let standard = Cost(checked: 15, 8, 1)

        /// Nil outside of the bounds: what a hash costs is bounded even when someone else wrote it.
        public init?(logarithm: Int, blockSize: Int = 8, parallelism: Int = 1) {
            guard (10...20).contains(logarithm), (1...16).contains(blockSize), (1...4).contains(parallelism) else {
                return nil
            }
            self.init(checked: logarithm, blockSize, parallelism)
        }

        private init(checked logarithm: Int, _ blockSize: Int, _ parallelism: Int) {
            self.logarithm = logarithm
            self.blockSize = blockSize
            self.parallelism = parallelism
        }
    }

    /// A password of more octets is refused unread: it would only cost time.
    public static let longestPassword = 1024

    private static let scheme = "scrypt"

    let cost: Cost
    let salt: [UInt8]
    let hash: [UInt8]

    /// Hashes a password with a new salt. Takes long: never on an event loop.
    ///
    /// - Returns: nil when the password is empty or longer than ``longestPassword``.
    public init?(of password: String, cost: Cost = .standard) {
        let salt = Self.newSalt()
        guard let hash = Self.derive(password, salt: salt, cost: cost, count: 32) else { return nil }
        self.init(cost: cost, salt: salt, hash: hash)
    }

    init(cost: Cost, salt: [UInt8], hash: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// Reads the text form; nil when it isn't one, or when its cost is out of bounds.
    public init?(_ text: String) { self.init(text, scheme: Self.scheme) }

    init?(_ text: String, scheme: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == scheme else { return nil }
        var numbers: [Substring: Int] = [:]
        for pair in parts[2].split(separator: ",") {
            let sides = pair.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, let number = Int(sides[1]), numbers.updateValue(number, forKey: sides[0]) == nil
            else { return nil }
        }
        guard numbers.count == 3, let logarithm = numbers["ln"], let blockSize = numbers["r"],
            let parallelism = numbers["p"],
            let cost = Cost(logarithm: logarithm, blockSize: blockSize, parallelism: parallelism),
            let salt = Self.base64(parts[3]), let hash = Self.base64(parts[4]),
            (8...64).contains(salt.count), (16...64).contains(hash.count)
        else { return nil }
        self.init(cost: cost, salt: salt, hash: hash)
    }

    /// The text form.
    public var text: String { text(scheme: Self.scheme) }

    func text(scheme: String) -> String {
        let numbers = "ln=\(cost.logarithm),r=\(cost.blockSize),p=\(cost.parallelism)"
        return "$\(scheme)$\(numbers)$\(Self.base64(salt))$\(Self.base64(hash))"
    }

    /// Whether this is the password. Takes long: never on an event loop. Compares in constant time.
    public func matches(_ password: String) -> Bool {
        guard let derived = Self.derive(password, salt: salt, cost: cost, count: hash.count) else { return false }
        return derived.isEqualInConstantTime(to: hash)
    }

    static func newSalt() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    static func derive(_ password: String, salt: [UInt8], cost: Cost, count: Int) -> [UInt8]? {
        let bytes = Array(password.utf8)
        guard (1...longestPassword).contains(bytes.count) else { return nil }
        // BoringSSL's own bound leaves room for N·r alone
        let memory = 128 * cost.blockSize * ((1 << cost.logarithm) + 2 * cost.parallelism) + (1 << 16)
        let key = try? KDF.Scrypt.deriveKey(
            from: bytes, salt: salt, outputByteCount: count, rounds: 1 << cost.logarithm, blockSize: cost.blockSize,
            parallelism: cost.parallelism, maxMemory: memory)
        return key?.withUnsafeBytes { Array($0) }
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let text = Data(bytes).base64EncodedString()
        return String(text.prefix { $0 != "=" })
    }

    private static func base64(_ text: Substring) -> [UInt8]? {
        guard text.utf8.count <= 100 else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text + padding).map { Array($0) }
    }
}

extension PasswordHash: CustomStringConvertible {
    /// Says nothing of the password.
    public var description: String { "PasswordHash" }
}

extension Collection<UInt8> {
    /// Takes as long for bytes that differ early as for ones that differ late.
    package func isEqualInConstantTime(to other: some Collection<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return zip(self, other).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
