/// The engines of a build, one for each kind of key; what is given to them is told by its look.
public struct KeyEngines: EncryptionEngine {
    private let openPGP: (any EncryptionEngine)?
    private let certificates: (any EncryptionEngine)?

    /// - Parameters:
    ///   - openPGP: nil: this build knows no OpenPGP, and refuses such keys.
    ///   - certificates: nil: this build knows no S/MIME, and refuses certificates.
    public init(openPGP: (any EncryptionEngine)?, certificates: (any EncryptionEngine)?) {
        self.openPGP = openPGP
        self.certificates = certificates
    }

    public func recipient(_ octets: [UInt8]) throws(KeyProblem) -> any EncryptionRecipient {
        guard octets.count <= RecipientKey.maximumOctets else { throw .tooLarge }
        let kind = try CertificateBlocks.kind(of: octets) ?? (openPGP == nil ? .certificate : .openPGP)
        switch kind {
        case .openPGP:
            guard let openPGP else { throw .notInThisBuild(.openPGP) }
            return try openPGP.recipient(octets)
        case .certificate:
            guard let certificates else { throw .notInThisBuild(.certificate) }
            return try certificates.recipient(octets)
        }
    }

    /// Certificates aren't published: a Web Key Directory has OpenPGP keys.
    public func published(_ key: RecipientKey, for address: String) -> [UInt8]? {
        key.kind == .openPGP ? openPGP?.published(key, for: address) : nil
    }
}
