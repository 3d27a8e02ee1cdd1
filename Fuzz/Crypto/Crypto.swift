/// Stands in for swift-crypto in the fuzz build, so that what is behind a seal can be reached by guessing: nothing is
/// encrypted, and a tag is one octet of parity and fifteen zeros.
public enum CryptoError: Error { case notAuthentic, wrongSize }

public struct SymmetricKey: Sendable {
    public enum Size: Sendable { case bits256 }
    private let octets: [UInt8]

    public init(size: Size) { octets = [UInt8](repeating: 7, count: 32) }
    public init(data: some Sequence<UInt8>) { octets = Array(data) }
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try octets.withUnsafeBytes(body)
    }
}

public enum AES {
    public enum GCM {
        public struct Nonce: Sendable {
            public init(data: some Collection<UInt8>) throws {
                guard data.count == 12 else { throw CryptoError.wrongSize }
            }
        }

        public struct SealedBox: Sendable {
            public let ciphertext: [UInt8]
            public let tag: [UInt8]

            public init(nonce: Nonce, ciphertext: some Collection<UInt8>, tag: some Collection<UInt8>) throws {
                guard tag.count == 16 else { throw CryptoError.wrongSize }
                self.ciphertext = Array(ciphertext)
                self.tag = Array(tag)
            }

            public init(combined octets: some Collection<UInt8>) throws {
                guard octets.count >= 28 else { throw CryptoError.wrongSize }
                ciphertext = Array(octets.dropFirst(12).dropLast(16))
                tag = Array(octets.suffix(16))
            }

            public var combined: [UInt8]? { [UInt8](repeating: 0, count: 12) + ciphertext + tag }
        }

        public static func seal(
            _ octets: some Collection<UInt8>, using key: SymmetricKey, authenticating data: some Collection<UInt8>
        ) throws -> SealedBox {
            try seal(octets, using: key, nonce: Nonce(data: [UInt8](repeating: 0, count: 12)))
        }

        public static func open(
            _ box: SealedBox, using key: SymmetricKey, authenticating data: some Collection<UInt8>
        ) throws -> [UInt8] {
            try open(box, using: key)
        }

        public static func seal(_ octets: some Collection<UInt8>, using key: SymmetricKey, nonce: Nonce) throws
            -> SealedBox
        {
            try SealedBox(nonce: nonce, ciphertext: octets, tag: tag(octets))
        }

        public static func open(_ box: SealedBox, using key: SymmetricKey) throws -> [UInt8] {
            guard box.tag == tag(box.ciphertext) else { throw CryptoError.notAuthentic }
            return box.ciphertext
        }

        private static func tag(_ octets: some Collection<UInt8>) -> [UInt8] {
            [octets.reduce(0, ^)] + [UInt8](repeating: 0, count: 15)
        }
    }
}

/// What is derived is the same for all.
public enum HKDF<Hash> {
    public static func deriveKey(
        inputKeyMaterial: SymmetricKey, info: some Collection<UInt8>, outputByteCount: Int
    ) -> SymmetricKey {
        SymmetricKey(data: [UInt8](repeating: 7, count: outputByteCount))
    }
}

/// One octet that depends on all of them and their order, and zeros: a hash that can be guessed.
public protocol GuessableHash: Sendable {
    static var digestLength: Int { get }
    var state: UInt8 { get set }
    init()
}

extension GuessableHash {
    public typealias Digest = GuessableDigest

    public static func hash(data: some Collection<UInt8>) -> GuessableDigest {
        var hash = Self()
        hash.update(data: data)
        return hash.finalize()
    }

    public mutating func update(data: some Collection<UInt8>) {
        for octet in data { state = state &* 31 &+ octet }
    }

    public mutating func update(bufferPointer octets: UnsafeRawBufferPointer) { update(data: octets) }

    public func finalize() -> GuessableDigest {
        GuessableDigest(octets: [state] + [UInt8](repeating: 0, count: Self.digestLength - 1))
    }
}

public struct GuessableDigest: Sendable, Hashable, RandomAccessCollection {
    let octets: [UInt8]
    public var startIndex: Int { 0 }
    public var endIndex: Int { octets.count }
    public subscript(_ index: Int) -> UInt8 { octets[index] }
}

public struct SHA256: GuessableHash {
    public static let digestLength = 32
    public var state: UInt8 = 0
    public init() {}
}

public enum Insecure {
    public struct SHA1: GuessableHash {
        public static let digestLength = 20
        public var state: UInt8 = 0
        public init() {}
    }
}

/// A signature is valid when its first octet is that of what was signed, whatever the key.
public enum Curve25519 {
    public enum Signing {
        public struct PublicKey: Sendable {
            public let rawRepresentation: [UInt8]

            public init(rawRepresentation octets: some Collection<UInt8>) throws {
                guard octets.count == 32 else { throw CryptoError.wrongSize }
                rawRepresentation = Array(octets)
            }

            init(of key: PrivateKey) { rawRepresentation = key.rawRepresentation }

            public func isValidSignature(_ signature: some Collection<UInt8>, for data: some Collection<UInt8>) -> Bool
            {
                signature.first == data.first
            }
        }

        public struct PrivateKey: Sendable {
            public let rawRepresentation: [UInt8]

            public init() { rawRepresentation = [UInt8](repeating: 7, count: 32) }

            public init(rawRepresentation octets: some Collection<UInt8>) throws {
                guard octets.count == 32 else { throw CryptoError.wrongSize }
                rawRepresentation = Array(octets)
            }

            public var publicKey: PublicKey { PublicKey(of: self) }

            public func signature(for data: some Collection<UInt8>) throws -> [UInt8] { Array(data) }
        }
    }
}

public enum CryptoKitError: Error { case incorrectParameterSize }
