public import InternetMessage
public import NameResolution

/// What verifying one signature found (RFC 6376 §3.9, RFC 8601 §2.7.1).
public struct DKIMFinding: Sendable, Hashable {
    /// The results of RFC 8601 §2.7.1.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        /// The message has no signature.
        case none
        /// The signature is valid, and counts.
        case pass
        /// The signature is not of this message.
        case fail
        /// The signer is testing: the message is to be treated as an unsigned one (RFC 6376 §3.6.1).
        case neutral
        /// The signature is not acceptable here: expired, from the future, or over a part of the body.
        case policy
        /// The key can't be asked for now.
        case temperror
        /// The signature or its key is in error for good.
        case permerror
    }

    /// How much of the body is signed.
    public struct Body: Sendable, Hashable {
        /// `l=`, in octets of the canonical body; nil is all of it.
        public let signedLength: Int?
        /// Octets of the canonical body.
        public let length: Int

        /// Octets that anybody could have appended.
        public var unsignedLength: Int { signedLength.map { max(0, length - $0) } ?? 0 }
    }

    /// The result.
    public let result: Result
    /// Why, in a few words.
    public let reason: String
    /// `d=`: the domain that takes responsibility. Nil: none, or nothing that is a domain.
    public let domain: DNSName?
    /// `s=`
    public let selector: DNSName?
    /// `i=`, decoded. Nil: the signature doesn't have one.
    public let identity: [UInt8]?
    /// `a=`
    public let algorithm: DKIMAlgorithm?
    /// The first eight characters of `b=`, more where that is needed to tell signatures apart (RFC 6008 §4).
    public let signaturePrefix: [UInt8]
    /// Bits of the key. Nil: it isn't known.
    public let keyBits: Int?
    /// ``DKIMKey/octets`` of the key. Nil: it isn't known.
    public let keyOctets: [UInt8]?
    /// The key says that its domain is testing (`t=y`).
    public let isTesting: Bool
    /// The signature is of this message, even if its signer is only testing.
    public let isVerified: Bool
    /// How much of the body is signed. Nil: the signature is in error.
    public let body: Body?
    /// `h=`: names as written. Empty: the signature is in error.
    public var signedNames: [[UInt8]] { names.map(Array.init) }
    /// Which fields are covered. Nil: the signature is in error. Only with ``Result/pass`` does it mean anything.
    public let coverage: SignatureCoverage?
    /// ``signedNames``
    let names: SignedNames

    /// A message without signatures.
    static let none = DKIMFinding(SignatureVerdict(.none, "no signature"), clues: SignatureClues(), signaturePrefix: [])

    /// A signature that is in error.
    init(_ verdict: SignatureVerdict, clues: SignatureClues, signaturePrefix: [UInt8]) {
        result = verdict.result
        reason = verdict.reason
        domain = clues.domain
        selector = clues.selector
        identity = clues.identity
        algorithm = clues.algorithm
        self.signaturePrefix = signaturePrefix
        keyBits = nil
        keyOctets = nil
        isTesting = false
        isVerified = false
        body = nil
        coverage = nil
        names = .none
    }

    /// A signature that was checked.
    init(_ verdict: SignatureVerdict, _ check: SignatureCheck, key: DKIMKey?, signaturePrefix: [UInt8]) {
        let signature = check.signature
        isTesting = key?.isTesting ?? false
        isVerified = verdict.result == .pass
        if isTesting, verdict.result == .pass || verdict.result == .fail {
            result = .neutral
            reason = "the signer is testing: \(verdict.reason)"
        } else {
            result = verdict.result
            reason = verdict.reason
        }
        domain = signature.domain
        selector = signature.selector
        identity = signature.identity
        algorithm = signature.algorithm
        self.signaturePrefix = signaturePrefix
        keyBits = key.map(\.bits)
        keyOctets = key.map(\.octets)
        body = check.message.canonicalLengths[signature.bodyCanonicalization].map { length in
            Body(signedLength: signature.bodyLength, length: length)
        }
        coverage = SignatureCoverage(of: signature.names, in: check.message.signedHeader)
        names = signature.names
    }

    /// The result for an Authentication-Results field (RFC 8601 §2.7.1): header.d, header.i, header.s, header.a,
    /// header.b, as far as they are known.
    public var authenticationResult: AuthenticationResult {
        var properties: [AuthenticationResult.Property] = []
        if let domain { properties.append(.init(.header, .d, domain.textOctets)) }
        if let identity { properties.append(.init(.header, .i, identity)) }
        if let selector { properties.append(.init(.header, .s, selector.textOctets)) }
        if let algorithm { properties.append(.init(.header, .a, Array(algorithm.rawValue.utf8))) }
        if !signaturePrefix.isEmpty { properties.append(.init(.header, .b, signaturePrefix)) }
        return AuthenticationResult(
            method: .dkim, result: result.keyword, reason: result == .none ? nil : Array(reason.utf8),
            properties: properties)
    }
}

extension DKIMFinding.Result {
    /// The word of RFC 8601.
    public var keyword: AuthenticationKeyword {
        switch self {
        case .none: .none
        case .pass: .pass
        case .fail: .fail
        case .neutral: .neutral
        case .policy: .policy
        case .temperror: .temperror
        case .permerror: .permerror
        }
    }
}
