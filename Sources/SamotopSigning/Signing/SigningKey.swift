public import NameResolution
public import SenderAuthentication

/// A key of a domain's, and the selector by which its record is found (RFC 6376 §3.6.2.1).
public struct SigningKey: Sendable {
    /// `s=`
    public let selector: DNSName
    /// The key.
    public let key: DKIMPrivateKey

    /// Names a key.
    public init(_ selector: DNSName, _ key: DKIMPrivateKey) {
        self.selector = selector
        self.key = key
    }
}
