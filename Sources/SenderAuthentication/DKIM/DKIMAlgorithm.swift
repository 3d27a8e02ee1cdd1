/// A signing algorithm (RFC 6376 §3.3, RFC 8301 §3, RFC 8463 §3).
public enum DKIMAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rsaSHA256 = "rsa-sha256"
    /// Ed25519 over the SHA-256 of what is signed.
    case ed25519SHA256 = "ed25519-sha256"
    /// RSA with SHA-1: historic, no signature of it counts (RFC 8301 §3.1).
    case rsaSHA1 = "rsa-sha1"

    /// The algorithm of this name, ASCII case ignored as in any string of an ABNF (RFC 5234 §2.3).
    init?(_ name: some Collection<UInt8>) {
        if name.isWord("rsa-sha256") {
            self = .rsaSHA256
        } else if name.isWord("ed25519-sha256") {
            self = .ed25519SHA256
        } else if name.isWord("rsa-sha1") {
            self = .rsaSHA1
        } else {
            return nil
        }
    }

    /// The hash of header and body.
    public var hash: DKIMHash { self == .rsaSHA1 ? .sha1 : .sha256 }

    /// The type of key that it needs.
    public var keyType: DKIMKeyType { self == .ed25519SHA256 ? .ed25519 : .rsa }
}

/// A hash algorithm (RFC 6376 §3.3).
public enum DKIMHash: String, Sendable, Hashable, CaseIterable {
    case sha256
    case sha1

    /// Octets of a digest.
    var digestLength: Int { self == .sha1 ? 20 : 32 }

    init?(_ name: some Collection<UInt8>) {
        if name.isWord("sha256") {
            self = .sha256
        } else if name.isWord("sha1") {
            self = .sha1
        } else {
            return nil
        }
    }
}

/// A type of public key (RFC 6376 §3.6.1, RFC 8463 §4).
public enum DKIMKeyType: String, Sendable, Hashable, CaseIterable {
    case rsa
    case ed25519
}
