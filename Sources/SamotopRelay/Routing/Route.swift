public import SamotopClient

/// A way that a person chose for mail to some domains, instead of what the DNS says.
public struct Route: Sendable {
    /// How mail goes.
    public enum Way: Sendable {
        /// To the domain's own servers, by the DNS.
        case mailExchanges
        /// To these servers, in this order. Their addresses are connected to whatever they are.
        case nextHops([NextHop])
    }

    /// For people, and for whatever is counted together: the name of its ``SamotopQueue/QueueDestination``.
    public let name: String
    /// How mail goes.
    public var way: Way
    /// TLS. Nil: for ``Way/mailExchanges`` by what DANE, MTA-STS and the others ask for; for ``Way/nextHops`` required and
    /// verified, but for Unix sockets.
    public var tls: ClientTLS?
    /// Who we are to the next hops.
    public var authentication: SamotopClient.Authentication?
    /// SMTP or LMTP (RFC 2033).
    public var isLMTP = false
    /// The name of a route that is taken when no server of this one could be reached. Only one: a fallback's fallback isn't looked
    /// at.
    public var fallback: String?

    /// A route.
    public init(name: String, _ way: Way, tls: ClientTLS? = nil) {
        self.name = name
        self.way = way
        self.tls = tls
    }
}

extension Route: CustomStringConvertible {
    /// The name that the operator gave it; nothing secret.
    public var description: String { "Route(\(name))" }
}

/// A server that a route names.
public enum NextHop: Sendable, Hashable {
    /// A host by its name or IP address.
    case host(String, port: UInt16)
    /// A Unix socket, as LMTP servers have.
    case unix(path: String)
}
