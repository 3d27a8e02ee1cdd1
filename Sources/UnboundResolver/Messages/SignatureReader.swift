#if Unbound
    import NameResolution

    /// Reads who signed the records of a message, and until when (RFC 4034 §3.1). Whether the signatures are right is libunbound's to
    /// say.
    enum SignatureReader {
        /// Octets before the signer's name that aren't looked at: algorithm, labels, original time to live; inception, key tag.
        private static let (beforeExpiration, beforeSigner) = (6, 6)

        /// - Parameter type: what was asked for.
        /// - Returns: nil when there is no signature of records of this type.
        static func read(_ message: [UInt8], _ type: RecordType) throws(Answer.Failure) -> AnswerSignature? {
            var signer: DNSName?
            var expires = Int64.max
            try MessageReader.forEachAnswer(in: message) { _, found, data, end throws(Answer.Failure) in
                guard found == .rrsig else { return }
                let covered = RecordType(rawValue: try data.number())
                guard covered == type || covered == .cname else { return }
                try data.skip(beforeExpiration)
                let time = UInt32(try data.number()) << 16 | UInt32(try data.number())
                expires = min(expires, Int64(time))
                try data.skip(beforeSigner)
                let name = try data.name()
                guard data.position <= end else { throw .malformed }
                if covered == type { signer = name }
            }
            return signer.map { AnswerSignature(signer: $0, expires: expires) }
        }
    }
#endif
