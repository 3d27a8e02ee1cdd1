public import NameResolution

/// A `DKIM-Signature` field as its tags say it (RFC 6376 §3.5, RFC 8616 §4). Nothing is verified yet.
public struct DKIMSignature: Sendable, Hashable {
    /// `a=`
    public let algorithm: DKIMAlgorithm
    /// `b=`, decoded.
    public let signature: [UInt8]
    /// `bh=`, decoded: as long as the algorithm's digests are.
    public let bodyHash: [UInt8]
    /// The first part of `c=`.
    public let headerCanonicalization: Canonicalization
    /// The second part of `c=`.
    public let bodyCanonicalization: Canonicalization
    /// `d=`: the domain that takes responsibility (SDID), U-labels converted to A-labels.
    public let domain: DNSName
    /// `s=`: names the key among the domain's.
    public let selector: DNSName
    /// `h=`: the names of the fields that are signed, in order, as written. A name may be empty, and stands for no
    /// field.
    public var signedNames: [[UInt8]] { names.map(Array.init) }
    /// `i=`, decoded: the agent or user (AUID). Nil: there is no such tag, which says `@` and ``domain``.
    public let identity: [UInt8]?
    /// The domain of ``identity``: it is ``domain``, or below it.
    public let identityDomain: DNSName
    /// `l=`: octets of the canonical body that are signed, at most `Int.max`. Nil: all of them.
    public let bodyLength: Int?
    /// `t=`: when it was made, in seconds since 1970.
    public let timestamp: Int64?
    /// `x=`: when it ends to count, in seconds since 1970; later than ``timestamp``.
    public let expiration: Int64?
    /// `z=`: fields as the signer saw them, in dkim-quoted-printable. Only people who look for a fault read it.
    public let copiedFields: [UInt8]?

    /// ``signedNames``
    let names: SignedNames
    /// `b=` as written, without white space.
    let signatureText: [UInt8]
    /// Where the value of `b=` stands in the body of the field, with the white space around it.
    let signatureRange: Range<Int>

    /// Why a field is no signature; the result is permerror.
    public struct Failure: Error, Sendable, Hashable {
        /// What is wrong.
        public enum Kind: Sendable, Hashable {
            /// The body is no tag list, or has a NUL or another control character in it (RFC 6376 §3.2).
            case syntax
            /// A tag occurs twice (RFC 6376 §3.2).
            case duplicateTag
            /// More tags than anyone needs.
            case tooManyTags
            /// `v=` is not 1.
            case version
            /// A tag that must be there isn't.
            case missingTag(String)
            /// The value of a tag is not by its grammar.
            case invalidTag(String)
            /// An algorithm that nobody here knows.
            case unknownAlgorithm
            /// `h=` doesn't name From (RFC 6376 §5.4).
            case fromNotSigned
            /// The domain of `i=` is not below `d=`.
            case foreignIdentity
            /// `x=` is not after `t=`.
            case expiresBeforeSigning
            /// No query method of `q=` is known.
            case unknownQueryMethod
        }

        /// What is wrong.
        public let kind: Kind
        /// What could be read in spite of it.
        let clues: SignatureClues
    }

    /// The name of the key record (RFC 6376 §3.6.2.1); nil when it would be too long for a name.
    public var keyName: DNSName? { Self.keyName(selector: selector, domain: domain) }

    static func keyName(selector: DNSName, domain: DNSName) -> DNSName? {
        keyLabel.flatMap(domain.prefixed)?.prefixed(by: selector)
    }

    private static let keyLabel = DNSName("_domainkey")

    /// The hash of the body that is to be compared with ``bodyHash``.
    public var wantedBodyHash: BodyHash {
        BodyHash(bodyCanonicalization, algorithm: algorithm.hash, length: bodyLength)
    }
}

/// What can be told of a signature, be it in order or not. Domains are here only when they are domains.
struct SignatureClues: Sendable, Hashable {
    var algorithm: DKIMAlgorithm?
    var domain: DNSName?
    var selector: DNSName?
    var identity: [UInt8]?
    var signatureText: [UInt8] = []
}
