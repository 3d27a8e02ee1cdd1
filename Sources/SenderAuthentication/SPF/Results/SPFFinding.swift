public import InternetMessage
public import NameResolution

/// What a check found.
public struct SPFFinding: Sendable, Hashable {
    /// What was checked.
    public let identity: SPFIdentity
    /// The domain that was asked, as the client wrote it.
    public let domain: [UInt8]
    /// The same as a name of the DNS; nil when it is none, and then the result is none.
    public let name: DNSName?
    /// What was found.
    public let result: SPFResult
    /// The directive of that domain's record, or of one that it redirects to, that matched; nil when none did.
    public let directive: SPFDirective?
    /// Why, in a few English words. No address and no local-part is in it.
    public let reason: String
    /// The domain's own words for a fail (RFC 7208 §6.2), when they were asked for and can be shown: printable ASCII and
    /// spaces on one line. It is a stranger's text.
    public internal(set) var explanation: String?
    /// What was done, in order.
    public internal(set) var steps: [SPFStep] = []

    /// The directive as the record writes it, such as `-all`.
    public var mechanism: String? { directive?.description }

    /// The result as RFC 8601 §2.7.2 tells it: `spf=pass reason="…" smtp.mailfrom=example.org`, or with `smtp.helo`. The
    /// local-part is left out.
    public var authenticationResult: AuthenticationResult {
        let asked = name?.textOctets ?? domain
        return AuthenticationResult(
            method: .spf, result: result.keyword, reason: Array(reason.utf8),
            properties: [.init(.smtp, identity == .helo ? .helo : .mailfrom, asked)])
    }
}
