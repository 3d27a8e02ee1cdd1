import Crypto
import SwiftASN1
import TransportSecurity
import X509

/// The public keys that clients see in TLS.
enum ServedKeys {
    /// SHA-256 of the key of the first pair, which answers port 25, and of the one that may follow it: for TLSA records 3 1 1.
    static func digests(of configuration: Configuration) -> [[UInt8]] {
        var digests: [[UInt8]] = []
        // X509 tells the key's bits alone; TLSA records are about the whole SubjectPublicKeyInfo (RFC 6698 §2.1.2).
        if let pair = configuration.certificatePairs.first, let block = block(pair),
            let octets = try? PEMDocument(pemString: block).derBytes,
            let key = PresentedCertificate(octets).keyFingerprint
        {
            digests.append(key.digest)
        }
        if configuration.tls.acme != nil, let next = try? configuration.certificateFolder.nextKey() {
            digests.append(Fingerprint(of: next.publicKey.derRepresentation).digest)
        }
        return digests
    }

    /// The host's own certificate of a pair; nil when it can't be read.
    static func certificate(_ pair: TLSSettings.Pair) -> Certificate? {
        block(pair).flatMap { try? Certificate(pemEncoded: $0) }
    }

    private static func block(_ pair: TLSSettings.Pair) -> String? {
        guard let octets = try? LocalFile.read(pair.certificate) else { return nil }
        return PEMText.blocks(String(decoding: octets, as: UTF8.self), label: "CERTIFICATE").first
    }
}
