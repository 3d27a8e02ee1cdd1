import Crypto

/// The channel binding `tls-server-end-point` (RFC 5929 §4): a hash of the server's certificate.
public enum ServerEndPoint {
    /// The hash that goes with the certificate's signature; nil when the binding isn't defined for it (RFC 5929 §4.1), such as
    /// Ed25519, which has no hash of its own.
    public static func binding(certificate: [UInt8]) -> [UInt8]? {
        guard let algorithm = signatureAlgorithm(certificate) else { return nil }
        switch algorithm {
        // MD5 and SHA-1 count as SHA-256.
        case [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x04],
            [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x05],
            [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01],
            [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0B], [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]:
            return Array(SHA256.hash(data: certificate))
        case [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0C], [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x03]:
            return Array(SHA384.hash(data: certificate))
        case [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0D], [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x04]:
            return Array(SHA512.hash(data: certificate))
        default:
            return nil
        }
    }

    /// The OID in `signatureAlgorithm` (RFC 5280 §4.1): behind the certificate's own sequence and tbsCertificate.
    package static func signatureAlgorithm(_ certificate: [UInt8]) -> [UInt8]? {
        guard let outer = content(certificate[...], tag: 0x30), let signed = element(outer, tag: 0x30),
            let algorithm = content(outer[signed.upperBound...], tag: 0x30),
            let identifier = content(algorithm, tag: 0x06)
        else { return nil }
        return Array(identifier)
    }

    private static func content(_ octets: ArraySlice<UInt8>, tag: UInt8) -> ArraySlice<UInt8>? {
        element(octets, tag: tag).map { octets[$0] }
    }

    /// Where the content of the element at the start lies (X.690 §8.1), its length in the definite form.
    private static func element(_ octets: ArraySlice<UInt8>, tag: UInt8) -> Range<Int>? {
        var rest = octets
        guard rest.popFirst() == tag, let first = rest.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let digits = Int(first & 0x7F)
            guard (1...4).contains(digits), rest.count >= digits else { return nil }
            length = rest.prefix(digits).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(digits)
        }
        guard length <= rest.count else { return nil }
        return rest.startIndex..<rest.startIndex + length
    }
}
