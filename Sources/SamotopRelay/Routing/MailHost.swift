public import NameResolution

/// A server that takes a domain's mail, by the DNS or by a route.
public struct MailHost: Sendable, Hashable {
    /// How the server came to be named.
    public enum Source: Sendable, Hashable {
        /// By MX records (RFC 5321 §5.1). `expanded` is the name that aliases of the domain led to, if there were any.
        case mailExchange(expanded: DNSName?, security: SecurityStatus, signature: AnswerSignature? = nil)
        /// The domain has no MX records and is its own host; `security` is that of the proof that it has none.
        case implicit(security: SecurityStatus)
        /// An address literal (RFC 5321 §4.1.3).
        case literal
        /// By a route that a person chose.
        case route
    }

    /// How it came to be named.
    public let source: Source
    /// Its name, as the MX record, the domain or the route has it; nil for an address and for a Unix socket.
    public let name: DNSName?
    /// The lower, the better; equal ones share the load.
    public let preference: UInt16
    /// Where it is, in the order of trying; at least one.
    public let endpoints: [Endpoint]
    /// DNSSEC status of its addresses, aliases included; nil when nobody was asked.
    public let addressSecurity: SecurityStatus?

    /// Makes a host.
    public init(
        source: Source, name: DNSName?, preference: UInt16 = 0, endpoints: [Endpoint],
        addressSecurity: SecurityStatus? = nil
    ) {
        self.source = source
        self.name = name
        self.preference = preference
        self.endpoints = endpoints
        self.addressSecurity = addressSecurity
    }
}

extension MailHost: CustomStringConvertible {
    /// How many addresses, neither name nor address.
    public var description: String { "MailHost(\(endpoints.count) endpoints)" }
}

/// Where a server listens.
public enum Endpoint: Sendable, Hashable {
    /// An address and a port.
    case address(IPAddress, port: UInt16)
    /// A Unix socket.
    case unix(path: String)

    /// The IP address as text; nil for a Unix socket.
    public var address: String? {
        if case .address(let address, _) = self { "\(address)" } else { nil }
    }
}

extension Endpoint: CustomStringConvertible {
    /// The kind, never the address.
    public var description: String {
        switch self {
        case .address: "Endpoint(address)"
        case .unix: "Endpoint(unix)"
        }
    }
}
