import NIOSSL

/// What the TLS library leaves open about certificates.
enum CertificateCheck {
    /// Whether a certificate is for a name (RFC 9525 §6.3): among its DNS names, with a wildcard only for the whole first label, and never
    /// by its common name.
    static func names(_ certificate: NIOSSLCertificate, _ name: String) -> Bool {
        let name = Array(name.lowercased().utf8)
        for alternative in certificate._subjectAlternativeNames() where alternative.nameType == .dnsName {
            if matches(Array(String(decoding: alternative.contents, as: UTF8.self).lowercased().utf8), name) {
                return true
            }
        }
        return false
    }

    /// Both in small letters.
    static func matches(_ presented: [UInt8], _ name: [UInt8]) -> Bool {
        guard !name.isEmpty else { return false }
        if presented == name { return true }
        guard presented.starts(with: Array("*.".utf8)), let dot = name.firstIndex(of: UInt8(ascii: ".")), dot > 0 else {
            return false
        }
        let parent = presented.dropFirst(2)
        // A wildcard for a whole top-level domain is nobody's.
        return parent.contains(UInt8(ascii: ".")) && parent.elementsEqual(name[(dot + 1)...])
    }

    /// Whether the library ended a handshake because of the certificate.
    static func isRefusal(_ error: (any Error)?) -> Bool {
        if let error = error as? NIOSSLExtraError { return error == .failedToValidateHostname }
        guard let error = error as? NIOSSLError, case .handshakeFailed(let cause) = error else { return false }
        // The library names its reasons only in words.
        return String(describing: cause).contains("CERTIFICATE_VERIFY_FAILED")
    }
}
