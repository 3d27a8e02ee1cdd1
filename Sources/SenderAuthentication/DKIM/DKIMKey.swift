import InternetMessage

/// A key record: the public key of a domain's selector (RFC 6376 §3.6.1, RFC 8463 §4).
public struct DKIMKey: Sendable {
    /// `k=`
    public let type: DKIMKeyType
    /// `h=`: the hash algorithms that may be used; unknown ones are left out. Nil: any.
    public let hashes: Set<DKIMHash>?
    /// `t=y`: the domain is testing; whatever comes out, the message is to be treated as an unsigned one.
    public let isTesting: Bool
    /// `t=s`: the domain of `i=` has to be that of `d=`, not below it.
    public let isStrict: Bool
    /// `n=`: a note for people, as written.
    public let note: [UInt8]?
    /// Bits of the key; 0 when it is revoked.
    public let bits: Int
    /// `p=` is empty: the key has been revoked.
    public var isRevoked: Bool { bits == 0 }

    /// What `p=` says, decoded: the key in DER, or the octets of an Ed25519 key. Empty when it is revoked.
    public let octets: [UInt8]

    /// Nil: revoked, or an RSA key too small to compute with.
    let publicKey: DKIMPublicKey?

    /// Why a record is no key; the result is permerror (RFC 6376 §6.1.2).
    public enum Failure: Error, Sendable, Hashable {
        /// It is no tag list.
        case syntax
        /// `v=` is not DKIM1, or not the first tag.
        case version
        /// There is no `p=`.
        case missingKey
        /// `k=` is a type that nobody here knows.
        case unknownKeyType
        /// `s=` doesn't allow mail.
        case notForMail
        /// `p=` is no key of its type.
        case invalidKey
    }

    /// Reads a record, the strings of which are joined. Unknown tags, and `g=` of older standards, are ignored.
    ///
    /// `p=` of an RSA key may be an RSAPublicKey or a SubjectPublicKeyInfo in DER; of an Ed25519 key it is its 32
    /// octets.
    public init(_ record: [UInt8]) throws(Failure) {
        let list: TagList
        do {
            list = try TagList(record)
        } catch {
            throw .syntax
        }
        if let version = list.tag("v") {
            guard version.name.lowerBound == list.tags.first?.name.lowerBound,
                record[version.value].elementsEqual("DKIM1".utf8)
            else { throw .version }
        }
        guard let key = list["p"] else { throw .missingKey }
        if let services = list["s"] {
            guard services.colonSeparated.contains(where: { $0.isWord("*") || $0.isWord("email") }) else {
                throw .notForMail
            }
        }
        type = try Self.type(list["k"])
        hashes = list["h"].map { Set($0.colonSeparated.compactMap { DKIMHash($0) }) }
        let flags = list["t"]?.colonSeparated ?? []
        isTesting = flags.contains { $0.isWord("y") }
        isStrict = flags.contains { $0.isWord("s") }
        note = list["n"].map(Array.init)
        (octets, bits, publicKey) = try Self.key(key, type)
    }

    private static func type(_ name: ArraySlice<UInt8>?) throws(Failure) -> DKIMKeyType {
        guard let name else { return .rsa }
        if name.isWord("rsa") { return .rsa }
        if name.isWord("ed25519") { return .ed25519 }
        throw .unknownKeyType
    }

    private static func key(_ text: ArraySlice<UInt8>, _ type: DKIMKeyType) throws(Failure)
        -> ([UInt8], Int, DKIMPublicKey?)
    {
        guard !text.isEmpty else { return ([], 0, nil) }
        guard let octets = Base64.decode(text) else { throw .invalidKey }
        switch type {
        case .rsa:
            guard let shape = RSAKeyShape(octets) else { throw .invalidKey }
            return (octets, shape.bits, DKIMPublicKey(rsa: octets))
        case .ed25519:
            guard octets.count == DKIMPublicKey.ed25519Length, let key = DKIMPublicKey(ed25519: octets) else {
                throw .invalidKey
            }
            return (octets, octets.count * 8, key)
        }
    }
}
