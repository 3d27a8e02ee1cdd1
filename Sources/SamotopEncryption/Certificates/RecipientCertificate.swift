import Crypto
import SwiftASN1
import TransportSecurity
import X509

/// What is read of a certificate (RFC 5280 §4.1) before anything is encrypted to it.
///
/// No signature is checked and no chain is built: its owner gives it, as they give an OpenPGP key. Keys of kinds that can't be used are
/// read, too, so that it can be said what is wrong.
struct RecipientCertificate {
    private static let maximumExtensions = 64
    private static let maximumAddresses = 100
    /// Extensions that may be critical: they are looked at here, or are about the chain, which isn't.
    private static let understood: Set<ASN1ObjectIdentifier> = [
        .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
        .X509ExtensionID.subjectAlternativeName, .X509ExtensionID.authorityKeyIdentifier,
        .X509ExtensionID.subjectKeyIdentifier, .X509ExtensionID.nameConstraints,
        .X509ExtensionID.authorityInformationAccess, [2, 5, 29, 18], [2, 5, 29, 31], [2, 5, 29, 32], [2, 5, 29, 33],
        [2, 5, 29, 36], [2, 5, 29, 54],
    ]

    /// What the encryption and its owner know it by.
    let key: RecipientKey

    /// - Throws: ``KeyProblem/unreadable``.
    init(_ der: [UInt8]) throws(KeyProblem) {
        do { key = try Self.read(der) } catch { throw .unreadable }
    }

    private static func read(_ der: [UInt8]) throws -> RecipientKey {
        let parts = try CertificateNode.children(of: try DER.parse(der))
        guard parts.count == 3 else { throw KeyProblem.unreadable }
        let fields = try CertificateNode.fields(ofTBSCertificate: parts[0])
        guard let validity = try CertificateNode.validity(fields[3]) else { throw KeyProblem.unreadable }
        let subject = try DistinguishedName(derEncoded: fields[4])
        let publicKey = try CertificateKey(fields[5])
        let extensions = try extensions(fields.dropFirst(6))
        return RecipientKey(
            fingerprint: hexadecimal(SHA256.hash(data: der)), userIDs: try names(subject, extensions),
            algorithm: publicKey.words, created: validity.lowerBound, expires: validity.upperBound,
            fault: try fault(extensions, publicKey), allowsAEAD: true, armored: CertificateBlocks.text(der),
            kind: .certificate, begins: validity.lowerBound)
    }

    private static func context(_ number: UInt) -> ASN1Identifier {
        ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
    }

    private static func extensions(
        _ fields: ArraySlice<ASN1Node>
    ) throws -> [ASN1ObjectIdentifier: Certificate.Extension] {
        guard let tagged = fields.first(where: { $0.identifier == context(3) }) else { return [:] }
        guard let list = try CertificateNode.children(of: tagged, context(3)).first else { throw KeyProblem.unreadable }
        var found: [ASN1ObjectIdentifier: Certificate.Extension] = [:]
        for node in try CertificateNode.children(of: list) {
            let one = try Certificate.Extension(derEncoded: node)
            // RFC 5280 §4.2: none occurs twice.
            guard found.count < maximumExtensions, found.updateValue(one, forKey: one.oid) == nil else {
                throw KeyProblem.unreadable
            }
        }
        return found
    }

    /// Its addresses (RFC 8550 §3), and without one whose it says to be.
    private static func names(
        _ subject: DistinguishedName, _ extensions: [ASN1ObjectIdentifier: Certificate.Extension]
    ) throws -> [String] {
        var names: [String] = []
        if let found = try extensions[.X509ExtensionID.subjectAlternativeName].map({ try SubjectAlternativeNames($0) })
        {
            names += found.lazy.compactMap { if case .rfc822Name(let name) = $0 { name } else { nil } }
        }
        let attributes = subject.lazy.flatMap { $0 }.filter { $0.type == .RDNAttributeType.emailAddress }
        for name in attributes.compactMap({ String($0.value) }) where !names.contains(name) { names.append(name) }
        // Angle brackets would make an address of what is none.
        if names.isEmpty { names = [String("\(subject)".filter { $0 != "<" && $0 != ">" })] }
        return Array(names.prefix(maximumAddresses))
    }

    /// RFC 8550 §4.4: for what the certificate may be used.
    private static func fault(
        _ extensions: [ASN1ObjectIdentifier: Certificate.Extension], _ key: CertificateKey
    ) throws -> KeyProblem? {
        let usage = try extensions[.X509ExtensionID.keyUsage].map { try KeyUsage($0) }
        if let constraints = try extensions[.X509ExtensionID.basicConstraints].map({ try BasicConstraints($0) }),
            case .isCertificateAuthority = constraints
        {
            return .authority
        }
        if let usage, usage.keyCertSign { return .authority }
        if let usage, !(key.agrees ? usage.keyAgreement : usage.keyEncipherment) {
            return .usage(needed: key.agrees ? "keyAgreement" : "keyEncipherment")
        }
        if let purposes = try extensions[.X509ExtensionID.extendedKeyUsage].map({ try ExtendedKeyUsage($0) }),
            !purposes.contains(.emailProtection), !purposes.contains(.any)
        {
            return .notForMail
        }
        let unknown = extensions.values.filter { $0.critical && !understood.contains($0.oid) }.map { "\($0.oid)" }
        if let first = unknown.min() { return .criticalExtension(first) }
        return key.fault
    }

    private static func hexadecimal(_ digest: SHA256.Digest) -> String {
        digest.map { octet in
            let digits = String(octet, radix: 16, uppercase: true)
            return digits.utf8.count == 1 ? "0\(digits)" : digits
        }.joined()
    }
}
