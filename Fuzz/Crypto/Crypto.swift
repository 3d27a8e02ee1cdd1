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

public enum SHA256 {
    public static func hash(data: some Collection<UInt8>) -> [UInt8] {
        [data.reduce(0, ^)] + [UInt8](repeating: 0, count: 31)
    }
}
