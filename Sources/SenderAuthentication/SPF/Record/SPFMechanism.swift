public import NameResolution

/// What a client is compared with (RFC 7208 §5). Where there may be no domain-spec, nil is the domain that is asked.
public enum SPFMechanism: Sendable, Hashable {
    /// Every client (§5.1).
    case all
    /// Whoever passes by the record of another domain (§5.2).
    case include(SPFMacroString)
    /// The addresses of a host (§5.3).
    case a(SPFMacroString?, SPFPrefixLengths)
    /// The addresses of the hosts that take a domain's mail (§5.4).
    case mx(SPFMacroString?, SPFPrefixLengths)
    /// Clients whose reverse mapping leads to a domain or below it, and back (§5.5).
    case ptr(SPFMacroString?)
    /// An IPv4 network (§5.6).
    case ip4(IPAddress, length: Int)
    /// An IPv6 network (§5.6).
    case ip6(IPAddress, length: Int)
    /// Whoever makes the name exist that its macros expand to (§5.7).
    case exists(SPFMacroString)
}

extension SPFMechanism: CustomStringConvertible {
    /// As a record writes it.
    public var description: String {
        switch self {
        case .all: "all"
        case .include(let domain): "include:\(domain)"
        case .a(let domain, let lengths): "a\(Self.argument(domain))\(lengths.text)"
        case .mx(let domain, let lengths): "mx\(Self.argument(domain))\(lengths.text)"
        case .ptr(let domain): "ptr\(Self.argument(domain))"
        case .ip4(let network, let length): "ip4:\(network)\(length == 32 ? "" : "/\(length)")"
        case .ip6(let network, let length): "ip6:\(network)\(length == 128 ? "" : "/\(length)")"
        case .exists(let domain): "exists:\(domain)"
        }
    }

    private static func argument(_ domain: SPFMacroString?) -> String { domain.map { ":\($0)" } ?? "" }
}
