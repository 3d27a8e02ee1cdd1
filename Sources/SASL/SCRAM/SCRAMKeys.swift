import Crypto
import CryptoExtras

/// With what a password is stretched (RFC 5802 §2.2, Hi).
public struct SCRAMParameters: Sendable, Hashable {
    /// RFC 7677 §4: the fewest rounds of PBKDF2.
    public static let fewestIterations = 4_096
    /// The most that are read from a file: a bound on the work that somebody else's numbers can make.
    public static let mostIterations = 10_000_000

    /// 8…64 octets.
    public let salt: [UInt8]
    /// Rounds of PBKDF2.
    public let iterations: Int

    /// Nil outside of the bounds.
    public init?(salt: [UInt8], iterations: Int) {
        guard (8...64).contains(salt.count), (Self.fewestIterations...Self.mostIterations).contains(iterations) else {
            return nil
        }
        self.salt = salt
        self.iterations = iterations
    }
}

/// What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 §3): enough to check a proof and to give one, and no way to
/// authenticate elsewhere with it.
public struct SCRAMKeys: Sendable, Hashable {
    /// H(ClientKey); 32 octets.
    public let storedKey: [UInt8]
    /// 32 octets.
    public let serverKey: [UInt8]

    /// Keys from a file; nil when they aren't of SHA-256's size.
    public init?(storedKey: [UInt8], serverKey: [UInt8]) {
        guard storedKey.count == 32, serverKey.count == 32 else { return nil }
        self.storedKey = storedKey
        self.serverKey = serverKey
    }

    private init() {
        storedKey = Array(repeating: 0, count: 32)
        serverKey = storedKey
    }

    /// Of no password: nothing that is known hashes to them.
    static let nobodys = SCRAMKeys()

    /// Derives the keys of a password in ``OpaqueString``'s form. Takes long: never on an event loop.
    ///
    /// - Returns: nil when the library can't.
    public init?(of password: String, _ parameters: SCRAMParameters) {
        // In bounds: SCRAMParameters lets no others be.
        guard
            let salted = try? KDF.Insecure.PBKDF2.deriveKey(
                from: Array(password.utf8), salt: parameters.salt, using: .sha256, outputByteCount: 32,
                unsafeUncheckedRounds: parameters.iterations)
        else { return nil }
        let clientKey = Self.hmac(salted, Array("Client Key".utf8))
        storedKey = Array(SHA256.hash(data: clientKey))
        serverKey = Self.hmac(salted, Array("Server Key".utf8))
    }

    /// Whether both are of the same password; takes as long when they differ early as when they differ late.
    public func isSame(as other: SCRAMKeys) -> Bool { Self.isSame(storedKey, other.storedKey) }

    /// The server's signature of an exchange when the proof is of this password, else nil (RFC 5802 §3).
    func signature(of message: [UInt8], proof: [UInt8]) -> [UInt8]? {
        let clientSignature = Self.hmac(SymmetricKey(data: storedKey), message)
        guard proof.count == clientSignature.count else { return nil }
        let clientKey = zip(proof, clientSignature).map { $0 ^ $1 }
        guard Self.isSame(Array(SHA256.hash(data: clientKey)), storedKey) else { return nil }
        return Self.hmac(SymmetricKey(data: serverKey), message)
    }

    private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func hmac(_ key: SymmetricKey, _ message: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }
}

extension SCRAMKeys: CustomStringConvertible {
    /// Nothing of them.
    public var description: String { "SCRAMKeys" }
}
