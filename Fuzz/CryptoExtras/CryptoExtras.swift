import Crypto

/// Stands in for swift-crypto's RSA in the fuzz build: any octets are a key, and a signature is valid when its first
/// octet is that of what was signed.
public enum _RSA {
    public enum Signing {
        public struct Padding: Sendable {
            public static let insecurePKCS1v1_5 = Padding()
        }

        public struct KeySize: Sendable {
            public static let bits2048 = KeySize()
        }

        public struct RSASignature: Sendable {
            public let rawRepresentation: [UInt8]
            public init(rawRepresentation octets: some Collection<UInt8>) { rawRepresentation = Array(octets) }
        }

        public struct PublicKey: Sendable {
            public let derRepresentation: [UInt8]

            public init(unsafeDERRepresentation octets: some Collection<UInt8>) throws {
                guard !octets.isEmpty else { throw CryptoKitError.incorrectParameterSize }
                derRepresentation = Array(octets)
            }

            init(of key: PrivateKey) { derRepresentation = key.derRepresentation }

            public func isValidSignature(
                _ signature: RSASignature, for digest: some Collection<UInt8>, padding: Padding
            ) -> Bool {
                signature.rawRepresentation.first == digest.first
            }
        }

        public struct PrivateKey: Sendable {
            public let derRepresentation: [UInt8]

            public init(unsafeDERRepresentation octets: some Collection<UInt8>) throws {
                guard !octets.isEmpty else { throw CryptoKitError.incorrectParameterSize }
                derRepresentation = Array(octets)
            }

            public init(keySize: KeySize) throws { derRepresentation = [7] }

            public var publicKey: PublicKey { PublicKey(of: self) }

            public func signature(for digest: some Collection<UInt8>, padding: Padding) throws -> RSASignature {
                RSASignature(rawRepresentation: digest)
            }
        }
    }
}
