#if SMIME
    import CCMS

    /// Certificates (RFC 5280), to which OpenSSL's libcrypto encrypts: CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM.
    ///
    /// Certificates are read in Swift; the library sees those that passed, and never a secret key.
    public struct CMSEngine: EncryptionEngine {
        /// Makes the engine.
        public init() {}

        public func recipient(_ octets: [UInt8]) throws(KeyProblem) -> any EncryptionRecipient {
            guard octets.count <= RecipientKey.maximumOctets else { throw .tooLarge }
            return try CMSRecipient(octets)
        }

        public func published(_ key: RecipientKey, for address: String) -> [UInt8]? { nil }
    }

    /// Somebody's certificates.
    struct CMSRecipient: EncryptionRecipient {
        let keys: [RecipientKey]
        /// In DER, in the same order.
        private let certificates: [[UInt8]]

        var kind: KeyKind { .certificate }

        init(_ octets: [UInt8]) throws(KeyProblem) {
            certificates = try CertificateBlocks.split(octets)
            var keys: [RecipientKey] = []
            for der in certificates { keys.append(Self.tried(try RecipientCertificate(der).key, der)) }
            self.keys = keys
        }

        func encrypt(_ plaintext: [UInt8], at seconds: Int64) throws(EncryptionError) -> [UInt8] {
            let places = keys.indices.filter { keys[$0].problem(at: seconds) == nil }
            guard !places.isEmpty else { throw .noUsableKey(keys.compactMap { $0.problem(at: seconds) }) }
            return try CMSCall.encrypt(plaintext, to: places.map { certificates[$0] })
        }

        /// A point that isn't on its curve is found by the library alone: better when the key is given than when mail comes.
        private static func tried(_ key: RecipientKey, _ der: [UInt8]) -> RecipientKey {
            guard key.fault == nil else { return key }
            do throws(EncryptionError) {
                _ = try CMSCall.encrypt([], to: [der])
                return key
            } catch { return key.with(fault: .noEncryptionKey) }
        }
    }
#endif
