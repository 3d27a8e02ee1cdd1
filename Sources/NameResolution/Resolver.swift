/// Asks the DNS. Follows aliases, caches as it likes, never blocks a thread; bounded in time by itself.
///
/// Nothing is thrown: whoever asks has to say what a failure means to them, in the same `switch` as the rest.
public protocol Resolver: Sendable {
    /// The records of this type at this name (class IN).
    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer
}

extension Resolver {
    /// The A or AAAA records of a host.
    public func addresses(_ name: DNSName, isIPv6: Bool) async throws(Answer.Failure) -> [IPAddress] {
        try await resolve(name, isIPv6 ? .aaaa : .a).records.compactMap { record in
            if case .address(let address) = record { address } else { nil }
        }
    }

    /// The TXT records of a name, the strings of each joined (RFC 7208 §3.3, RFC 6376 §3.6.2.2).
    public func texts(_ name: DNSName) async throws(Answer.Failure) -> [[UInt8]] {
        try await resolve(name, .txt).texts
    }

    /// The names that PTR records give to an address.
    public func names(of address: IPAddress) async throws(Answer.Failure) -> [DNSName] {
        try await resolve(address.reverseName, .ptr).records.compactMap { record in
            if case .name(let name) = record { name } else { nil }
        }
    }

    /// The MX records of a name, in no particular order.
    public func mailExchanges(
        _ name: DNSName
    ) async throws(Answer.Failure) -> [(preference: UInt16, exchange: DNSName)] {
        try await resolve(name, .mx).records.compactMap { record in
            if case .mailExchange(let preference, let exchange) = record { (preference, exchange) } else { nil }
        }
    }
}
