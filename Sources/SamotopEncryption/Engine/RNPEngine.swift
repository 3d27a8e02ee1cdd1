#if OpenPGP
    import CRnp

    /// OpenPGP by librnp, the library of Thunderbird.
    public struct RNPEngine: EncryptionEngine {
        /// Makes the engine.
        ///
        /// - Throws: ``EncryptionError`` with a librnp whose messages can be read by everybody.
        public init() throws(EncryptionError) {
            // CVE-2025-13470: the session key of each message to a public key is zeros.
            guard rnp_version() != rnp_version_for(0, 18, 0) else {
                throw .failed("librnp 0.18.0 encrypts with a key of zeros (CVE-2025-13470); install another version")
            }
        }

        public func recipient(_ octets: [UInt8]) throws(KeyProblem) -> any EncryptionRecipient {
            guard octets.count <= RecipientKey.maximumOctets else { throw .tooLarge }
            return try RNPRecipient(octets)
        }

        public func published(_ key: RecipientKey, for address: String) -> [UInt8]? {
            RNPPublished.octets(of: key, for: address)
        }
    }
#endif
