public import SamotopCore

/// Where and how the server listens.
public struct Listener: Sendable {
    /// Where clients connect.
    public enum Address: Sendable, Hashable {
        /// A host name or IP address, and a TCP port (0: any free one).
        case tcp(host: String, port: Int)
        /// A Unix socket, made with these permission bits.
        case unix(path: String, mode: UInt16 = 0o660)
        /// A listening socket inherited from the service manager.
        case inherited(descriptor: Int32)
    }

    /// TLS on this listener.
    public enum Security: Sendable {
        /// None: only for loopback and Unix sockets.
        case none
        /// STARTTLS; when required, mail is refused before it (530 5.7.0).
        case startTLS(TLSIdentities, required: Bool)
        /// TLS from the first octet (RFC 8314 §3).
        case implicit(TLSIdentities)
    }

    /// For logs and metrics.
    public var name: String
    /// Where clients connect.
    public var address: Address
    /// What the listener is for.
    public var role: Role
    /// TLS on this listener.
    public var security: Security
    /// Networks whose PROXY protocol header is required and believed; connections from elsewhere are what they seem.
    public var proxyProtocolFrom: [IPNetwork] = []
    /// How long the server waits for a client.
    public var timeouts = Timeouts()
    /// Told of the certificates that a client presented, in DER, its own first, before the handshake ends; only where identities ask for
    /// them. A session that is resumed isn't told of again.
    public var onClientCertificate: @Sendable (_ chain: [[UInt8]]) async -> Void = { _ in }

    /// Makes a listener.
    public init(_ name: String, at address: Address, role: Role, security: Security) {
        self.name = name
        self.address = address
        self.role = role
        self.security = security
    }

    /// Port 25 of all interfaces, with STARTTLS: mail from other MTAs.
    public static func mx(tls: TLSIdentities, requireTLS: Bool = false, host: String = "::", port: Int = 25) -> Listener
    {
        Listener("mx", at: .tcp(host: host, port: port), role: .mx, security: .startTLS(tls, required: requireTLS))
    }

    /// Port 587 of all interfaces, with STARTTLS before anything else: mail from users' programs (RFC 6409).
    public static func submission(tls: TLSIdentities, host: String = "::", port: Int = 587) -> Listener {
        Listener(
            "submission", at: .tcp(host: host, port: port), role: .submission,
            security: .startTLS(tls, required: true))
    }

    /// Port 465 of all interfaces, inside TLS from the first octet: mail from users' programs (RFC 8314 §3.3).
    public static func submissions(tls: TLSIdentities, host: String = "::", port: Int = 465) -> Listener {
        Listener("submissions", at: .tcp(host: host, port: port), role: .submission, security: .implicit(tls))
    }

    /// LMTP on a Unix socket.
    public static func lmtp(path: String) -> Listener {
        Listener("lmtp", at: .unix(path: path), role: .lmtp, security: .none)
    }
}

/// How long the server waits for a client (RFC 5321 §4.5.3.2); each ends with 421 4.4.2.
public struct Timeouts: Sendable, Hashable {
    /// For a whole command line, counted from the last reply: a byte now and then doesn't extend it.
    public var command: Duration = .seconds(300)
    /// For the next octets of content.
    public var dataBlock: Duration = .seconds(180)
    /// For a TLS handshake, or a PROXY header.
    public var handshake: Duration = .seconds(30)
    /// For the client to take our replies.
    public var write: Duration = .seconds(60)
    /// Octets a second that content must bring, on average over ``rateWindow``.
    public var minimumRate = 500
    /// Over which the rate is counted.
    public var rateWindow: Duration = .seconds(30)
    /// For the connection to close after a last reply.
    public var linger: Duration = .seconds(2)

    /// RFC 5321's times.
    public init() {}
}

/// How many clients at once; beyond them the answer is 421 4.7.0.
public struct ConnectionLimits: Sendable, Hashable {
    /// Connections in all.
    public var total = 2_000
    /// Connections of one address.
    public var perAddress = 50
    /// Connections of one network: /24 of IPv4, /64 of IPv6.
    public var perNetwork = 200
    /// Networks that the two limits above don't hold for; the reserve below is theirs too.
    public var exempt: [IPNetwork] = []
    /// Part of `total` that only exempt networks may use.
    public var reserved = 20

    /// The defaults.
    public init() {}
}
