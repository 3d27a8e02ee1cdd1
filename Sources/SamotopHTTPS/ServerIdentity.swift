import NameResolution
import SwiftASN1
import X509

/// Whether a certificate is one for a host (RFC 8461 §3.3, RFC 6125 §6.4).
enum ServerIdentity {
    /// Names that are looked at.
    static let maximumNames = 500

    /// Whether the host is among the dNSNames of the certificate (DER). Neither a common name nor an address counts.
    static func isNamed(_ host: DNSName, in certificate: [UInt8]) -> Bool {
        guard let certificate = try? Certificate(derEncoded: certificate),
            let names = try? certificate.extensions.subjectAlternativeNames
        else { return false }
        return names.prefix(maximumNames).contains { name in
            if case .dnsName(let text) = name { matches(text, host) } else { false }
        }
    }

    /// Whether a name, or `*.` and the rest of one, is or covers the other. `*` is exactly one label, the leftmost, alone in
    /// it, and has at least two labels behind it (RFC 6125 §6.4.3).
    static func matches(_ pattern: String, _ host: DNSName) -> Bool {
        guard pattern.hasPrefix("*.") else { return DNSName(pattern) == host }
        guard let rest = DNSName(String(pattern.dropFirst(2))), rest.labels.count >= 2 else { return false }
        return host.parent == rest
    }
}
