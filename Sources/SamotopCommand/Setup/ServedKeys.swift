import Crypto
import TransportSecurity
import X509

/// The public keys that clients see in TLS.
enum ServedKeys {
    /// SHA-256 of the key of the first pair, which answers port 25, and of the one that may follow it: for TLSA records 3 1 1.
    static func digests(of configuration: Configuration) -> [[UInt8]] {
        var digests: [[UInt8]] = []
        if let pair = configuration.certificatePairs.first, let certificate = certificate(pair) {
            digests.append(Fingerprint(of: certificate.publicKey.subjectPublicKeyInfoBytes).digest)
        }
        if configuration.tls.acme != nil, let next = try? configuration.certificateFolder.nextKey() {
            digests.append(Fingerprint(of: next.publicKey.derRepresentation).digest)
        }
        return digests
    }

    /// The host's own certificate of a pair; nil when it can't be read.
    static func certificate(_ pair: TLSSettings.Pair) -> Certificate? {
        guard let octets = try? LocalFile.read(pair.certificate) else { return nil }
        let blocks = PEMText.blocks(String(decoding: octets, as: UTF8.self), label: "CERTIFICATE")
        return blocks.first.flatMap { try? Certificate(pemEncoded: $0) }
    }
}
