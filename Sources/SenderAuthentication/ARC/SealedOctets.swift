import Crypto
import InternetMessage

/// What the seals of a chain are over (RFC 8617 §5.1.1): the sets in the order of their instances, each as
/// ARC-Authentication-Results, ARC-Message-Signature, ARC-Seal, in relaxed form, up to the seal itself without its
/// value.
enum SealedOctets {
    typealias Digest = SHA256.Digest

    /// The digest for each seal. What one covers is a beginning of what the next one does, so that all of it is hashed
    /// once.
    static func digests(of header: SignedHeader) -> [Digest] {
        var hash = SHA256()
        return header.chain.sets.map { set in
            var shared: [UInt8] = []
            HeaderCanonicalizer.append(header.fields[set.resultsPlace], .relaxed, to: &shared)
            HeaderCanonicalizer.append(header.fields[set.signaturePlace], .relaxed, to: &shared)
            hash.update(data: shared)
            var own: [UInt8] = []
            let seal = header.fields[set.sealPlace]
            HeaderCanonicalizer.append(seal, .relaxed, removing: set.seal.signatureRange, endsLine: false, to: &own)
            var copy = hash
            copy.update(data: own)
            var whole: [UInt8] = []
            HeaderCanonicalizer.append(seal, .relaxed, to: &whole)
            hash.update(data: whole)
            return copy.finalize()
        }
    }

    /// What a new seal is over.
    ///
    /// - Parameter isFailed: the chain before it has failed: it is over its own set alone (RFC 8617 §5.1.2).
    static func octets(
        of header: SignedHeader, isFailed: Bool, results: HeaderField, signature: HeaderField, seal: HeaderField
    ) -> [UInt8] {
        var octets: [UInt8] = []
        for set in isFailed ? [] : header.chain.sets {
            for place in [set.resultsPlace, set.signaturePlace, set.sealPlace] {
                HeaderCanonicalizer.append(header.fields[place], .relaxed, to: &octets)
            }
        }
        HeaderCanonicalizer.append(results, .relaxed, to: &octets)
        HeaderCanonicalizer.append(signature, .relaxed, to: &octets)
        HeaderCanonicalizer.append(seal, .relaxed, endsLine: false, to: &octets)
        return octets
    }
}
