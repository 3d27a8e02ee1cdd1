import X509

/// A TLS client's certificate, and whose it says it is.
public struct ClientCertificate: Sendable {
    /// Addresses of a certificate that are looked at.
    static let maximumAddresses = 20
    /// Certificates of a chain that are looked at, this one included. Anybody may present what they made up, at no cost, and each that is
    /// between is held against each other.
    static let maximumChain = 5

    /// SHA-256 of the whole certificate.
    public let fingerprint: Fingerprint
    /// The rfc822Names of the subjectAltName (RFC 5280 §4.2.1.6); where there is none, the most specific common name. As they are written.
    public let addresses: [String]

    private let validity: ClosedRange<Int64>
    private let certificate: Certificate

    /// A certificate in DER; nil when it can't be read.
    public init?(_ der: [UInt8]) {
        let presented = PresentedCertificate(der)
        guard let certificate = presented.certificate, let validity = presented.validity else { return nil }
        fingerprint = presented.fingerprint
        self.certificate = certificate
        self.validity = validity
        addresses = Self.addresses(in: certificate, allowsCommonName: true)
    }

    /// Whether it may be used at this time, seconds since 1970, and by a client: nothing in it is against that (RFC 5280 §4.2.1.3, §4.2.1.12).
    public func isUsable(at now: Int64) -> Bool { validity.contains(now) && isUsable(isSaid: false) }

    /// Until when one of these authorities vouches for it, and for its addresses; nil: none does, or not for clients in so many words.
    ///
    /// - Parameters:
    ///   - chain: what the client presented, in DER, this certificate first. The first five are looked at.
    ///   - now: seconds since 1970.
    public func end(vouchedForBy anchors: TrustAnchors, chain: [[UInt8]], now: Int64) async -> Int64? {
        guard anchors.count > 0, !addresses.isEmpty, isUsable(isSaid: true) else { return nil }
        let path = CertificatePath(names: [], allowsCommonName: false, now: now, isForClient: true)
        guard
            case .success(let found) = await path.find(
                CertificateChain(chain.prefix(Self.maximumChain)), anchors: anchors.store)
        else {
            return nil
        }
        let ends = found.map { try? CertificateFields(toBeSigned: $0.tbsCertificateBytes).validity?.upperBound }
        return ends.reduce(validity.upperBound) { min($0, $1 ?? now) }
    }

    /// - Parameter isSaid: the extended key usage has to name clients: an authority may issue for other purposes, too.
    private func isUsable(isSaid: Bool) -> Bool {
        if certificate.extensions[oid: .X509ExtensionID.keyUsage] != nil {
            guard (try? certificate.extensions.keyUsage)?.digitalSignature == true else { return false }
        }
        guard certificate.extensions[oid: .X509ExtensionID.extendedKeyUsage] != nil else { return !isSaid }
        // An unreadable extension allows nothing: try? makes it empty.
        return (try? certificate.extensions.extendedKeyUsage)?.contains { $0 == .clientAuth } == true
    }

    static func addresses(in certificate: Certificate, allowsCommonName: Bool) -> [String] {
        // Unreadable names are no names: try? makes none of them.
        let names = (try? certificate.extensions.subjectAlternativeNames) ?? SubjectAlternativeNames()
        let mail = names.lazy.compactMap { if case .rfc822Name(let name) = $0 { name } else { nil } }
            .prefix(maximumAddresses).map(\.self)
        guard mail.isEmpty, allowsCommonName else { return Array(mail) }
        let attributes = certificate.subject.reversed().lazy.flatMap { $0.reversed() }
        let name = attributes.first { $0.type == .RDNAttributeType.commonName }.flatMap { String($0.value) }
        return name.flatMap { $0.contains("@") ? [$0] : nil } ?? []
    }
}
