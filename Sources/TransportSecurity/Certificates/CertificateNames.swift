import NameResolution
import SwiftASN1
import X509

/// The names of servers in a certificate (RFC 6125 §6).
struct CertificateNames {
    /// Names that are looked at.
    static let maximumNames = 500

    /// dNSNames of the subjectAltName, as they are written.
    let dnsNames: [[UInt8]]
    /// Whether there is a subjectAltName, readable or not: if so, the common name doesn't count.
    let hasAlternativeNames: Bool
    /// The most specific common name.
    let commonName: [UInt8]?

    init(_ certificate: Certificate) {
        hasAlternativeNames = certificate.extensions[oid: .X509ExtensionID.subjectAlternativeName] != nil
        // Unreadable names are no names: try? makes none of them.
        let names = (try? certificate.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames()
        dnsNames = names.lazy.compactMap { if case .dnsName(let name) = $0 { Array(name.utf8) } else { nil } }
            .prefix(Self.maximumNames).map(\.self)
        let attributes = certificate.subject.reversed().lazy.flatMap { $0.reversed() }
        commonName = attributes.first { $0.type == .RDNAttributeType.commonName }.flatMap { String($0.value) }.map {
            Array($0.utf8)
        }
    }

    /// Whether one of these names is in the certificate.
    func match(_ names: [DNSName], allowsCommonName: Bool) -> Bool {
        if hasAlternativeNames { return dnsNames.contains { name in names.contains { Self.matches(name, $0) } } }
        guard allowsCommonName, let commonName else { return false }
        return names.contains { Self.matches(commonName, $0) }
    }

    /// Whether a name, or `*.` and the rest of one, is or covers the other. `*` is exactly one label, the leftmost,
    /// alone in it, and has at least two labels behind it (RFC 6125 §6.4.3).
    static func matches(_ pattern: [UInt8], _ name: DNSName) -> Bool {
        guard pattern.starts(with: Array("*.".utf8)) else {
            guard let exact = DNSName(pattern), exact.isHostName else { return false }
            return exact == name
        }
        guard let rest = DNSName(pattern.dropFirst(2)), rest.isHostName, rest.labels.count >= 2 else { return false }
        return name.parent == rest && name.isHostName
    }
}
