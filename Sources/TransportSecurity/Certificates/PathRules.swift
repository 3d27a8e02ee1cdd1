import NameResolution
import SwiftASN1
import X509

/// What a certification path must be like, apart from its signatures and its name constraints.
struct PathRules: Sendable {
    let names: [DNSName]
    let allowsCommonName: Bool
    /// Seconds since 1970.
    let now: Int64
    /// The path leads to a client's certificate, which has no name of a server.
    var isForClient = false

    /// Extensions that may be critical. Certificate policies are understood in that none is asked for (RFC 5280
    /// §6.1.1).
    static let understoodExtensions: [ASN1ObjectIdentifier] = [
        .X509ExtensionID.basicConstraints, .X509ExtensionID.nameConstraints, .X509ExtensionID.keyUsage,
        .X509ExtensionID.extendedKeyUsage, .X509ExtensionID.subjectAlternativeName, certificatePolicies,
    ]

    private static let certificatePolicies: ASN1ObjectIdentifier = [2, 5, 29, 32]

    /// Algorithms whose signatures count.
    private static let strongAlgorithms: [Certificate.SignatureAlgorithm] = [
        .sha256WithRSAEncryption, .sha384WithRSAEncryption, .sha512WithRSAEncryption, .ecdsaWithSHA256,
        .ecdsaWithSHA384,
        .ecdsaWithSHA512, .ed25519,
    ]

    /// What is wrong with the server's own certificate, whatever the path.
    func flaw(ofServer certificate: Certificate) -> PathFlaw? {
        for check in [validity, criticalExtensions, signature, purpose] {
            if let flaw = check(certificate, 0) { return flaw }
        }
        if isForClient { return nil }
        let matches = CertificateNames(certificate).match(names, allowsCommonName: allowsCommonName)
        return matches ? nil : PathFlaw(.wrongName, depth: 0)
    }

    /// What is wrong with a path, the server's certificate first and the anchor last.
    func flaw(of path: [Certificate]) -> PathFlaw? {
        guard let server = path.first else { return PathFlaw(.noCertificate) }
        if let flaw = flaw(ofServer: server) { return flaw }
        var authoritiesBelow = 0
        for (depth, certificate) in path.enumerated().dropFirst() {
            let isAnchor = depth == path.count - 1
            if let flaw = validity(certificate, depth) { return flaw }
            if let flaw = criticalExtensions(certificate, depth) { return flaw }
            if let flaw = authority(certificate, depth, isAnchor: isAnchor, authoritiesBelow: authoritiesBelow) {
                return flaw
            }
            // An anchor is trusted by itself: who signed it and for what doesn't matter.
            if !isAnchor {
                if let flaw = signature(certificate, depth) { return flaw }
                if let flaw = purpose(certificate, depth) { return flaw }
            }
            if certificate.issuer != certificate.subject { authoritiesBelow += 1 }
        }
        // A common name is not held against name constraints, so it doesn't count where there are any.
        let isConstrained = path.dropFirst().contains { $0.extensions[oid: .X509ExtensionID.nameConstraints] != nil }
        guard isConstrained else { return nil }
        let isHeld =
            isForClient
            ? !ClientCertificate.addresses(in: server, allowsCommonName: false).isEmpty
            : CertificateNames(server).match(names, allowsCommonName: false)
        return isHeld ? nil : PathFlaw(.constraints, depth: 0)
    }

    private func validity(_ certificate: Certificate, _ depth: Int) -> PathFlaw? {
        guard let validity = try? CertificateFields(toBeSigned: certificate.tbsCertificateBytes).validity else {
            return PathFlaw(.expired, depth: depth)
        }
        if now < validity.lowerBound { return PathFlaw(.notYetValid, depth: depth) }
        return now > validity.upperBound ? PathFlaw(.expired, depth: depth) : nil
    }

    private func criticalExtensions(_ certificate: Certificate, _ depth: Int) -> PathFlaw? {
        certificate.extensions.contains { $0.critical && !Self.understoodExtensions.contains($0.oid) }
            ? PathFlaw(.criticalExtension, depth: depth) : nil
    }

    private func signature(_ certificate: Certificate, _ depth: Int) -> PathFlaw? {
        Self.strongAlgorithms.contains(certificate.signatureAlgorithm) ? nil : PathFlaw(.weakSignature, depth: depth)
    }

    /// RFC 5280 §4.2.1.12: an extended key usage that isn't for what the certificate is used for rules it out.
    private func purpose(_ certificate: Certificate, _ depth: Int) -> PathFlaw? {
        guard certificate.extensions[oid: .X509ExtensionID.extendedKeyUsage] != nil else { return nil }
        guard let usages = try? certificate.extensions.extendedKeyUsage,
            usages.contains(where: { $0 == (isForClient ? .clientAuth : .serverAuth) || $0 == .any })
        else { return PathFlaw(.wrongPurpose, depth: depth) }
        return nil
    }

    /// RFC 5280 §4.2.1.9 and §4.2.1.3. An anchor of version 1 says nothing of itself, and is one because somebody said
    /// so.
    private func authority(_ certificate: Certificate, _ depth: Int, isAnchor: Bool, authoritiesBelow: Int) -> PathFlaw?
    {
        if isAnchor, certificate.version == .v1 { return nil }
        guard let constraints = try? certificate.extensions.basicConstraints,
            case .isCertificateAuthority(let maximum) = constraints
        else { return PathFlaw(.notAuthority, depth: depth) }
        if certificate.extensions[oid: .X509ExtensionID.keyUsage] != nil,
            (try? certificate.extensions.keyUsage)?.keyCertSign != true
        {
            return PathFlaw(.notAuthority, depth: depth)
        }
        if let maximum, maximum < authoritiesBelow { return PathFlaw(.pathTooLong, depth: depth) }
        return nil
    }
}
