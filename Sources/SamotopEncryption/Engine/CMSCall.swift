#if SMIME
    import CCMS

    /// How libcrypto is called.
    enum CMSCall {
        private static let failureSize = 200

        /// Encrypts to certificates in DER.
        ///
        /// - Returns: a ContentInfo in DER.
        static func encrypt(_ plaintext: [UInt8], to certificates: [[UInt8]]) throws(EncryptionError) -> [UInt8] {
            let joined = Array(certificates.joined())
            let result: Result<[UInt8], EncryptionError> = joined.withUnsafeBufferPointer { joined in
                guard let first = joined.baseAddress else { return .failure(.failed("no certificate")) }
                var list: [ccms_certificate] = []
                var start = 0
                for certificate in certificates {
                    list.append(ccms_certificate(octets: first + start, count: certificate.count))
                    start += certificate.count
                }
                return plaintext.withUnsafeBufferPointer { encrypt($0, to: list) }
            }
            return try result.get()
        }

        private static func encrypt(
            _ plaintext: UnsafeBufferPointer<UInt8>, to certificates: [ccms_certificate]
        ) -> Result<[UInt8], EncryptionError> {
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: failureSize) { failure in
                failure.initialize(repeating: 0)
                guard let words = failure.baseAddress else { return .failure(.failed("no memory")) }
                guard
                    let message = certificates.withUnsafeBufferPointer({ list in
                        list.baseAddress.flatMap {
                            ccms_encrypt($0, list.count, plaintext.baseAddress, plaintext.count, words, failure.count)
                        }
                    })
                else { return .failure(.failed(String(cString: words))) }
                defer { ccms_free(message) }
                // Written to where it stays: large messages aren't copied once more.
                let octets = [UInt8](unsafeUninitializedCapacity: ccms_length(message)) { room, count in
                    count = room.baseAddress.map { ccms_write(message, $0, room.count) } ?? 0
                }
                return octets.isEmpty ? .failure(.failed("the message can't be written")) : .success(octets)
            }
        }
    }
#endif
