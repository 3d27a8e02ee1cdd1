public import NameResolution

/// Verifies the DKIM signatures of a message (RFC 6376 §6, with RFC 8301, RFC 8463 and RFC 8616).
public struct DKIMVerifier: Sendable {
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

    /// One finding for each signature that the message's reader took, in the order of the fields; a single one of
    /// ``DKIMFinding/Result/none`` when there is no signature.
    ///
    /// - Parameter now: seconds since 1970.
    public func verify(_ message: SignedMessage, now: Int64) async -> [DKIMFinding] {
        if message.exceedsLimits {
            let verdict = SignatureVerdict(.permerror, "the header is too large")
            return [DKIMFinding(verdict, clues: SignatureClues(), signaturePrefix: [])]
        }
        let fields = message.signedHeader.signatures
        if fields.isEmpty { return [.none] }
        let checks = fields.map { field in
            field.signature.map { signature in
                SignatureCheck(message: message, policy: policy, signature: signature, place: field.place)
            }
        }
        let preliminaries = checks.map { (try? $0.get())?.preliminary(now: now) }
        let names = preliminaries.map { if case .needsKey(let name) = $0 { name } else { nil as DNSName? } }
        let keys = await DKIMKeyLookup(resolver: resolver, cache: keys).keys(names)
        let prefixes = SignaturePrefixes(checks.map(\.signatureText))
        return checks.indices.map { index in
            let prefix = prefixes[index]
            switch checks[index] {
            case .failure(let failure):
                let verdict = SignatureVerdict(.permerror, failure.kind.reason)
                return DKIMFinding(verdict, clues: failure.clues, signaturePrefix: prefix)
            case .success(let check):
                if case .verdict(let verdict) = preliminaries[index] {
                    return DKIMFinding(verdict, check, key: nil, signaturePrefix: prefix)
                }
                let outcome = keys[index] ?? .absent
                var key: DKIMKey?
                if case .key(let found) = outcome { key = found }
                return DKIMFinding(check.verdict(outcome), check, key: key, signaturePrefix: prefix)
            }
        }
    }
}

extension Result<SignatureCheck, DKIMSignature.Failure> {
    /// `b=` without white space.
    fileprivate var signatureText: [UInt8] {
        switch self {
        case .success(let check): check.signature.signatureText
        case .failure(let failure): failure.clues.signatureText
        }
    }
}

/// The first characters of each `b=`, as many as it takes to tell them apart (RFC 6008 §4).
private struct SignaturePrefixes {
    private let texts: [[UInt8]]
    private let length: Int

    init(_ texts: [[UInt8]]) {
        self.texts = texts
        let lengths = [8, 16, 32, 64]
        guard texts.count > 1 else {
            length = lengths[0]
            return
        }
        let different = Set(texts).count
        length = lengths.first { length in Set(texts.map { $0.prefix(length) }).count == different } ?? 128
    }

    subscript(_ index: Int) -> [UInt8] { Array(texts[index].prefix(length)) }
}
