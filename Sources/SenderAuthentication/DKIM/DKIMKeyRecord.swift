/// A key record to publish at `selector._domainkey.domain` (RFC 6376 §3.6.1).
public struct DKIMKeyRecord: Sendable, Hashable {
    /// `k=`
    public let type: DKIMKeyType
    /// What `p=` encodes: a SubjectPublicKeyInfo, or the 32 octets of an Ed25519 key. Empty: the key is revoked.
    public let publicKey: [UInt8]

    /// A record; the key is taken as it is.
    public init(_ type: DKIMKeyType, publicKey: [UInt8]) {
        self.type = type
        self.publicKey = publicKey
    }

    /// The text of the TXT record: `v=DKIM1; k=rsa; p=MIIB…`
    public var text: [UInt8] {
        Array("v=DKIM1; k=\(type.rawValue); p=".utf8) + Base64.encode(publicKey)
    }

    /// The text as the strings of a TXT record, of up to 255 octets each (RFC 1035 §3.3.14).
    public var strings: [[UInt8]] {
        let text = text
        return stride(from: 0, to: text.count, by: 255).map { Array(text[$0..<min($0 + 255, text.count)]) }
    }
}
