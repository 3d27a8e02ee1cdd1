import NameResolution

/// A signature in a message, against its key: what DKIM-Signature and ARC-Message-Signature have in common.
struct SignatureCheck: Sendable {
    let message: SignedMessage
    let policy: DKIMPolicy
    let signature: DKIMSignature
    /// The place of its field.
    let place: Int

    /// What can be told without the key.
    enum Preliminary {
        /// Why it can't count.
        case verdict(SignatureVerdict)
        /// The name of the key, which has to be asked for.
        case needsKey(DNSName)
    }

    /// What can be told without the key.
    func preliminary(now: Int64) -> Preliminary {
        if let objection = policy.objection(to: signature, in: message, now: now) { return .verdict(objection) }
        return signature.keyName.map(Preliminary.needsKey)
            ?? .verdict(SignatureVerdict(.permerror, "the key's name is too long"))
    }

    /// RFC 6376 §6.1.2, §6.1.3.
    func verdict(_ outcome: DKIMKeyLookup.Outcome) -> SignatureVerdict {
        guard case .key(let key) = outcome else { return SignatureVerdict(missing: outcome) }
        return verdict(key)
    }

    private func verdict(_ key: DKIMKey) -> SignatureVerdict {
        if let objection = policy.objection(to: key, for: signature) { return objection }
        guard let publicKey = key.publicKey else {
            return SignatureVerdict(.permerror, "the key can't be computed with")
        }
        guard let wanted = policy.bodyHash(for: signature), message.bodyHashes[wanted] == signature.bodyHash else {
            return SignatureVerdict(.fail, "body hash mismatch")
        }
        let octets = message.signedHeader.signedOctets(
            names: signature.names, signature.headerCanonicalization, signatureAt: place,
            value: signature.signatureRange)
        guard publicKey.verifies(signature.signature, of: octets, algorithm: signature.algorithm) else {
            return SignatureVerdict(.fail, "signature mismatch")
        }
        return SignatureVerdict(.pass, "\(key.bits)-bit key")
    }
}

extension DKIMKey.Failure {
    var reason: String {
        switch self {
        case .syntax: "key syntax error"
        case .version: "key record of another version"
        case .missingKey: "key record without a key"
        case .unknownKeyType: "unknown key type"
        case .notForMail: "the key is not for mail"
        case .invalidKey: "the key is malformed"
        }
    }
}

extension DKIMSignature.Failure.Kind {
    var reason: String {
        switch self {
        case .syntax: "signature syntax error"
        case .duplicateTag: "a tag occurs twice"
        case .tooManyTags: "too many tags"
        case .version: "signature of another version"
        case .missingTag(let name): "\(name)= is missing"
        case .invalidTag(let name): "\(name)= is invalid"
        case .unknownAlgorithm: "unknown algorithm"
        case .fromNotSigned: "From is not signed"
        case .foreignIdentity: "i= is not within d="
        case .expiresBeforeSigning: "x= is not after t="
        case .unknownQueryMethod: "unknown query method"
        }
    }
}
