public import InternetMessage
public import NameResolution

/// Adds an ARC Set to a message (RFC 8617 §5.1).
///
///     var reader = SignedMessageReader(bodyHashes: [sealer.bodyHash])
///     for slice in slices { reader.push(slice) }
///     let message = reader.finish()
///     let chain = await ARCVerifier(resolver: dns).verify(message, now: now)
///     let fields = try sealer.seal(message, chain: chain, results: results, now: now)  // go on top of the message
public struct ARCSealer: Sendable {
    /// Why a message isn't sealed.
    public enum Failure: Error, Sendable, Hashable {
        /// The header is larger than its limits.
        case headerTooLarge
        /// The header reads differently to different readers: a field on top of it might swallow its first line.
        case malformedHeader
        /// The chain has failed before, and its newest seal says so: nothing is to be added (RFC 8617 §5.1 step 2).
        case chainHasFailed
        /// The chain has as many sets as there may be (RFC 8617 §4.2.1).
        case chainIsFull
        /// Whether the chain holds isn't known: try again later.
        case chainIsUnknown
        /// The reader of the message wasn't told ``ARCSealer/bodyHash``.
        case noBodyHash
        /// The domain, the selector or the time can't be written.
        case invalidTag
        /// The key can't sign.
        case key(DKIMPrivateKey.Failure)
    }

    /// The key.
    public var key: DKIMPrivateKey
    /// `d=`
    public var domain: DNSName
    /// `s=`
    public var selector: DNSName
    /// In whose name the results are.
    public var authservID: AuthservID
    /// The fields that the message signature covers, as often as they occur. Authentication-Results and the fields of
    /// ARC are left out even if they are named (RFC 8617 §4.1.2).
    public var signedNames: [HeaderFieldName] = ARCSealer.usualSignedNames

    /// A sealer; its other properties may be changed before it is used.
    public init(key: DKIMPrivateKey, domain: DNSName, selector: DNSName, authservID: AuthservID) {
        self.key = key
        self.domain = domain
        self.selector = selector
        self.authservID = authservID
    }

    /// What ``DKIMSigner`` signs, and the signatures that the message came with.
    public static let usualSignedNames: [HeaderFieldName] =
        DKIMSigner.usualOverSignedNames + DKIMSigner.usualSignedNames + [.dkimSignature]

    /// The hash that the message's reader has to make.
    public var bodyHash: BodyHash { BodyHash(.relaxed, algorithm: key.algorithm.hash) }

    /// The new set: ARC-Seal, ARC-Message-Signature and ARC-Authentication-Results, to be put on top of the message in
    /// this order, once all other changes are made.
    ///
    /// - Parameters:
    ///   - chain: what ``ARCVerifier`` found of this message.
    ///   - results: all that this ADMD has to say of the message. The result of arc is put first if it isn't there.
    ///   - now: seconds since 1970.
    public func seal(
        _ message: SignedMessage, chain: ARCFinding, results: [AuthenticationResult], now: Int64
    ) throws(Failure) -> [HeaderField] {
        guard !message.exceedsLimits else { throw .headerTooLarge }
        guard !message.header.findings.contains(where: \.isAmbiguous) else { throw .malformedHeader }
        guard chain.result != .temperror else { throw .chainIsUnknown }
        guard !chain.isMarkedAsFailed else { throw .chainHasFailed }
        let instance = chain.highestInstance + 1
        guard instance <= ARCChain.maximumInstances else { throw .chainIsFull }
        guard let hash = message.bodyHashes[bodyHash] else { throw .noBodyHash }
        guard let domain = domain.tagValue, let selector = selector.tagValue, DKIMSigner.times.contains(now) else {
            throw .invalidTag
        }
        let hasChain = results.contains { $0.method == .arc }
        let allResults = hasChain ? results : [chain.authenticationResult] + results
        let written = ARCAuthenticationResults(
            instance: instance, results: AuthenticationResults(authservID: authservID, results: allResults))
        guard let resultsField = HeaderSection(written.bytes).fields.first else { throw .invalidTag }

        var signature = SignatureFieldWriter(.arcMessageSignature)
        signature.add("i", "\(instance)")
        signature.add("a", key.algorithm.rawValue)
        signature.add("c", "relaxed/relaxed")
        signature.add("d", domain)
        signature.add("s", selector)
        signature.add("t", "\(now)")
        let names = self.names(in: message.signedHeader)
        signature.add(names: names)
        signature.add("bh", Base64.encode(hash), onNewLine: true)
        let signatureField = try signed(signature) { unsigned in
            var octets = message.signedHeader.fieldOctets(names: names, .relaxed)
            HeaderCanonicalizer.append(unsigned, .relaxed, endsLine: false, to: &octets)
            return octets
        }

        var seal = SignatureFieldWriter(.arcSeal)
        seal.add("i", "\(instance)")
        seal.add("a", key.algorithm.rawValue)
        seal.add("cv", chain.result.rawValue)
        seal.add("d", domain)
        seal.add("s", selector)
        seal.add("t", "\(now)")
        let sealField = try signed(seal) { unsigned in
            SealedOctets.octets(
                of: message.signedHeader, isFailed: chain.result == .fail, results: resultsField,
                signature: signatureField, seal: unsigned)
        }
        return [sealField, signatureField, resultsField]
    }

    private func signed(
        _ field: SignatureFieldWriter, octets: (HeaderField) -> [UInt8]
    ) throws(Failure) -> HeaderField {
        guard let unsigned = field.unsigned else { throw .invalidTag }
        let signature: [UInt8]
        do {
            signature = try key.sign(octets(unsigned))
        } catch {
            throw .key(error)
        }
        guard let signed = field.field(signature: signature) else { throw .invalidTag }
        return signed
    }

    private func names(in header: SignedHeader) -> [[UInt8]] {
        signedNames.filter { !Self.unsignedNames.contains($0) }.flatMap { name in
            Array(repeating: name.bytes, count: header.count(of: name.bytes))
        }
    }

    private static let unsignedNames: Set<HeaderFieldName> = [
        .authenticationResults, .arcAuthenticationResults, .arcMessageSignature, .arcSeal,
    ]
}
