import SwiftASN1

/// What DANE needs of a certificate (RFC 5280 §4.1), exactly as it is encoded, also where the key is of an unknown
/// kind.
struct CertificateFields {
    /// `SubjectPublicKeyInfo` in DER.
    let publicKey: [UInt8]
    /// Seconds since 1970; nil when it ends before it begins.
    let validity: ClosedRange<Int64>?

    /// - Parameter certificate: `Certificate` in DER.
    init(certificate der: [UInt8]) throws {
        let parts = try CertificateNode.children(of: try DER.parse(der))
        guard parts.count == 3 else { throw ASN1Error.invalidASN1Object(reason: "a certificate has three parts") }
        try self.init(parts[0])
    }

    /// - Parameter toBeSigned: `TBSCertificate` in DER.
    init(toBeSigned der: ArraySlice<UInt8>) throws { try self.init(try DER.parse(der)) }

    private init(_ toBeSigned: ASN1Node) throws {
        let fields = try CertificateNode.fields(ofTBSCertificate: toBeSigned)
        guard try CertificateNode.children(of: fields[5]).count == 2 else {
            throw ASN1Error.invalidASN1Object(reason: "a public key has two parts")
        }
        publicKey = Array(fields[5].encodedBytes)
        validity = try CertificateNode.validity(fields[3])
    }
}
