public import InternetMessage
public import NameResolution

/// What the `iprev` method says of a client's address (RFC 8601 §2.7.3), and of the name found.
public struct ReverseLookupFinding: Sendable, Hashable {
    /// The results of RFC 8601 §2.7.3.
    public enum Result: String, Sendable, Hashable {
        /// A name of the address has the address.
        case pass
        /// The address has names, and none of them has the address.
        case fail
        /// The DNS didn't tell.
        case temperror
        /// The address has no name.
        case permerror
    }

    /// The result.
    public let result: Result
    /// Why, in a few English words.
    public let reason: String
    /// The address; one that is IPv4 within IPv6 is IPv4.
    public let address: IPAddress
    /// The name that is confirmed; of several the one that doesn't look generic. Always a host's name. Nil unless
    /// ``result`` is pass.
    public let name: DNSName?
    /// By what the name looks like that of a dial-up line or a pool, and not of a mail server; nil when it doesn't.
    public let genericSign: GenericHostName.Sign?

    init(_ result: Result, _ reason: String, address: IPAddress, name: DNSName? = nil) {
        self.result = result
        self.reason = reason
        self.address = address
        self.name = name
        genericSign = name.flatMap { GenericHostName.sign(in: $0, of: address) }
    }

    /// The result for an `Authentication-Results` field. It shows the client's address.
    public var authenticationResult: AuthenticationResult {
        let keyword: AuthenticationKeyword =
            switch result {
            case .pass: .pass
            case .fail: .fail
            case .temperror: .temperror
            case .permerror: .permerror
            }
        return AuthenticationResult(
            method: .iprev, result: keyword, properties: [.init(.policy, .iprev, Array(address.description.utf8))])
    }
}
