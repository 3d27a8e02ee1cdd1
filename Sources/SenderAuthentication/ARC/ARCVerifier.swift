import InternetMessage
public import NameResolution

/// Validates the Authenticated Received Chain of a message (RFC 8617 §5.2).
///
/// Keys are asked for one after the other, and no further than the first failure: a made-up chain shall not make us ask
/// all the domains that it names (RFC 8617 §9.2). `t=y` of a key means nothing here: whose seals are trusted is the
/// reader's choice.
public struct ARCVerifier: Sendable {
    /// Different keys of a chain at most; one that needs more fails.
    public static let maximumKeys = 20

    private let resolver: any Resolver
    private let policy: DKIMPolicy
    private let keys: DKIMKeyCache

    /// A verifier.
    ///
    /// - Parameters:
    ///   - policy: the same as that of the ``SignedMessageReader``.
    ///   - keys: shared by verifiers that see mail of the same signers.
    public init(resolver: any Resolver, policy: DKIMPolicy = .standard, keys: DKIMKeyCache = DKIMKeyCache()) {
        self.resolver = resolver
        self.policy = policy
        self.keys = keys
    }

    /// What the chain is worth.
    ///
    /// - Parameter now: seconds since 1970.
    public func verify(_ message: SignedMessage, now: Int64) async -> ARCFinding {
        let chain = message.signedHeader.chain
        if message.exceedsLimits { return ARCFinding(.fail, "the header is too large", chain: chain) }
        if chain.isEmpty { return ARCFinding(.none, "no ARC Set", chain: chain) }
        if let flaw = chain.flaw { return ARCFinding(.fail, flaw, chain: chain) }
        var keys = ARCKeys(DKIMKeyLookup(resolver: resolver, cache: self.keys), maximum: Self.maximumKeys)
        let newest = chain.sets.count
        // Step 4
        let verdict = await self.verdict(ofMessageSignature: newest, in: message, now: now, &keys)
        guard verdict.result == .pass else {
            return finding(verdict, "ARC-Message-Signature \(newest)", chain)
        }
        // Step 6
        let digests = SealedOctets.digests(of: message.signedHeader)
        for instance in (1...newest).reversed() {
            let verdict = await self.verdict(of: chain.sets[instance - 1].seal, digests[instance - 1], &keys)
            guard verdict.result == .pass else { return finding(verdict, "ARC-Seal \(instance)", chain) }
        }
        // Step 5, which may come last: it can't fail.
        var oldestPass = 0
        for instance in (1..<newest).reversed() where oldestPass == 0 {
            let verdict = await self.verdict(ofMessageSignature: instance, in: message, now: now, &keys)
            if verdict.result != .pass { oldestPass = instance + 1 }
        }
        return ARCFinding(
            .pass, newest == 1 ? "1 ARC Set" : "\(newest) ARC Sets", chain: chain, assertions: assertions(of: message),
            oldestPass: oldestPass)
    }

    private func verdict(
        ofMessageSignature instance: Int, in message: SignedMessage, now: Int64, _ keys: inout ARCKeys
    ) async -> SignatureVerdict {
        let set = message.signedHeader.chain.sets[instance - 1]
        let check = SignatureCheck(
            message: message, policy: policy, signature: set.signature, place: set.signaturePlace)
        switch check.preliminary(now: now) {
        case .verdict(let verdict):
            return verdict
        case .needsKey(let name):
            guard let outcome = await keys.outcome(name) else { return Self.tooManyKeys }
            return check.verdict(outcome)
        }
    }

    private func verdict(
        of seal: ARCSeal, _ digest: SealedOctets.Digest, _ keys: inout ARCKeys
    ) async -> SignatureVerdict {
        guard seal.algorithm.hash == .sha256 else { return SignatureVerdict(.permerror, "rsa-sha1 is historic") }
        guard let name = seal.keyName else { return SignatureVerdict(.permerror, "the key's name is too long") }
        guard let outcome = await keys.outcome(name) else { return Self.tooManyKeys }
        guard case .key(let key) = outcome else { return SignatureVerdict(missing: outcome) }
        if let objection = policy.objection(to: key, algorithm: seal.algorithm) { return objection }
        guard let publicKey = key.publicKey,
            publicKey.verifies(seal.signature, of: digest, algorithm: seal.algorithm)
        else { return SignatureVerdict(.fail, "signature mismatch") }
        return SignatureVerdict(.pass, "\(key.bits)-bit key")
    }

    private static let tooManyKeys = SignatureVerdict(.permerror, "the chain needs too many keys")

    private func finding(_ verdict: SignatureVerdict, _ what: String, _ chain: ARCChain) -> ARCFinding {
        ARCFinding(verdict.result == .temperror ? .temperror : .fail, "\(what): \(verdict.reason)", chain: chain)
    }

    private func assertions(of message: SignedMessage) -> [ARCFinding.Assertion] {
        message.signedHeader.chain.sets.enumerated().map { index, set in
            let results = try? ARCAuthenticationResults(message.signedHeader.fields[set.resultsPlace].body).results
            return ARCFinding.Assertion(instance: index + 1, sealer: set.seal.domain, results: results)
        }
    }
}

/// The keys of one chain, each asked for once.
private struct ARCKeys {
    private let lookup: DKIMKeyLookup
    private let maximum: Int
    private var known: [DNSName: DKIMKeyLookup.Outcome] = [:]

    init(_ lookup: DKIMKeyLookup, maximum: Int) {
        self.lookup = lookup
        self.maximum = maximum
    }

    /// - Returns: nil when it would be one key too many.
    mutating func outcome(_ name: DNSName) async -> DKIMKeyLookup.Outcome? {
        if let outcome = known[name] { return outcome }
        guard known.count < maximum else { return nil }
        let outcome = await lookup.key(name)
        known[name] = outcome
        return outcome
    }
}
