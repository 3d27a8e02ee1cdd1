/// A result and why.
struct SignatureVerdict: Sendable, Hashable {
    let result: DKIMFinding.Result
    let reason: String

    init(_ result: DKIMFinding.Result, _ reason: String) {
        self.result = result
        self.reason = reason
    }
}

extension DKIMPolicy {
    /// The body hash that a signature is to be compared with. Nil: it doesn't count, whatever its hash.
    ///
    /// One with `l=` that doesn't count when it leaves something out needs the hash of the whole body, if any.
    func bodyHash(for signature: DKIMSignature) -> BodyHash? {
        if signature.algorithm == .rsaSHA1, !acceptsSHA1 { return nil }
        var wanted = signature.wantedBodyHash
        if !acceptsPartialBody { wanted.length = nil }
        return wanted
    }

    /// What speaks against a signature before its key is known.
    func objection(to signature: DKIMSignature, in message: SignedMessage, now: Int64) -> SignatureVerdict? {
        guard let wanted = bodyHash(for: signature) else {
            // RFC 8301 §3.1
            return SignatureVerdict(.permerror, "rsa-sha1 is historic")
        }
        if let objection = objection(toTimes: signature, now: now) { return objection }
        guard message.bodyHashes[wanted] != nil, let length = message.canonicalLengths[wanted.canonicalization] else {
            return SignatureVerdict(.permerror, "the body hash was not made")
        }
        guard let signedLength = signature.bodyLength else { return nil }
        // RFC 6376 §3.5: l= is never larger than the body.
        if signedLength > length { return SignatureVerdict(.fail, "the body is shorter than what was signed") }
        if signedLength < length, !acceptsPartialBody {
            return SignatureVerdict(.policy, "only a part of the body is signed")
        }
        return nil
    }

    private func objection(toTimes signature: DKIMSignature, now: Int64) -> SignatureVerdict? {
        // Times have 12 digits at most: their sums are far from overflowing, unless the clock is.
        let latest = now.addingReportingOverflow(clockSkew)
        let earliest = now.subtractingReportingOverflow(clockSkew)
        guard !latest.overflow, !earliest.overflow else { return SignatureVerdict(.temperror, "the clock is wrong") }
        if let expiration = signature.expiration, expiration < earliest.partialValue {
            return SignatureVerdict(.policy, "the signature has expired")
        }
        guard let timestamp = signature.timestamp else { return nil }
        if timestamp > latest.partialValue {
            return SignatureVerdict(.policy, "the signature is from the future")
        }
        let age = earliest.partialValue.subtractingReportingOverflow(timestamp)
        if let maximumAge, !age.overflow, age.partialValue > maximumAge {
            return SignatureVerdict(.policy, "the signature is too old")
        }
        return nil
    }

    /// What speaks against a signature once its key is known (RFC 6376 §3.6.1, §6.1.2).
    func objection(to key: DKIMKey, for signature: DKIMSignature) -> SignatureVerdict? {
        if key.isStrict, signature.identityDomain != signature.domain {
            return SignatureVerdict(.permerror, "the key doesn't allow subdomains in i=")
        }
        return objection(to: key, algorithm: signature.algorithm)
    }

    /// What speaks against a key for an algorithm.
    func objection(to key: DKIMKey, algorithm: DKIMAlgorithm) -> SignatureVerdict? {
        if key.isRevoked { return SignatureVerdict(.permerror, "the key has been revoked") }
        if key.type != algorithm.keyType { return SignatureVerdict(.permerror, "the key is for another algorithm") }
        if let hashes = key.hashes, !hashes.contains(algorithm.hash) {
            return SignatureVerdict(.permerror, "the key doesn't allow the hash algorithm")
        }
        guard key.type == .rsa else { return nil }
        // RFC 8301 §3.2
        if key.bits < minimumRSABits { return SignatureVerdict(.permerror, "\(key.bits)-bit key is too short") }
        if key.bits > maximumRSABits { return SignatureVerdict(.permerror, "\(key.bits)-bit key is too long") }
        return nil
    }
}

extension SignatureVerdict {
    /// What a key that isn't there makes of a signature (RFC 6376 §6.1.2).
    init(missing outcome: DKIMKeyLookup.Outcome) {
        switch outcome {
        case .failure: self.init(.temperror, "the key can't be asked for")
        case .invalid(let failure): self.init(.permerror, failure.reason)
        case .several: self.init(.permerror, "several key records")
        case .absent, .key: self.init(.permerror, "no key for signature")
        }
    }
}
