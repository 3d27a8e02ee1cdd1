public import NameResolution
public import SMTP
public import SamotopClient
public import TransportSecurity

/// Every number of the relay, with its default.
public struct RelaySettings: Sendable {
    /// The name in EHLO: this host's own, which its addresses' PTR records should lead to (RFC 5321 §4.1.4). It counts as one of
    /// ``ownNames``.
    public var hello: Domain
    /// Names that MX records may call this host by.
    public var ownNames: Set<DNSName> = []
    /// Which addresses may be connected to.
    public var addresses = AddressRule()
    /// The port of other MTAs.
    public var port: UInt16 = 25

    /// MX records that are looked at, the most preferred; others are left out.
    public var maximumExchanges = 10
    /// Addresses of one host that are tried.
    public var maximumAddressesOfHost = 8
    /// Addresses that one attempt tries in all.
    public var maximumAddresses = 20
    /// Aliases that the answer to one question may have been found by (RFC 1034 §3.6.2).
    public var maximumAliases = 8
    /// Whether a host's IPv6 addresses are tried first; addresses of both families take turns.
    public var prefersIPv6 = true

    /// What is asked of everybody's servers. `.plaintext`: TLS where it is offered, unless somebody asks for more (RFC 7435).
    public var minimumSecurity = SecurityLevel.plaintext
    /// How long the client waits at each stage: RFC 5321 §4.5.3.2.
    public var timeouts = ClientTimeouts()
    /// Seconds in which an attempt must have found a server that takes the message: then no further one is tried.
    public var searchTime: Int64 = 900
    /// Servers to which one message is offered in an attempt, after which it waits: a server that answers MAIL or DATA with 4yz
    /// costs one.
    public var maximumTransactions = 4

    /// Idle connections that are kept in all.
    public var maximumIdleConnections = 200
    /// Idle connections that are kept to one address for longer than a second.
    public var maximumIdleConnectionsOfServer = 4
    /// Seconds that a connection is kept idle. Other servers wait for five minutes (RFC 5321 §4.5.3.2.7), impatient ones for less.
    public var idleTime: Int64 = 20
    /// Seconds that a connection is used from when it was made.
    public var connectionLifetime: Int64 = 300
    /// Messages that go over one connection.
    public var maximumMessagesOfConnection = 100

    /// Octets of content that are held in memory for one delivery; longer content is read in pieces of this size.
    public var contentBuffer = 1 << 20

    /// The defaults.
    ///
    /// - Parameter hello: this host's name, or an address literal.
    public init(hello: Domain) { self.hello = hello }

    /// Whether a name is one of this host's.
    func isOwn(_ name: DNSName) -> Bool {
        if ownNames.contains(name) { return true }
        guard case .name(let own) = hello else { return false }
        return DNSName(internationalized: own.bytes) == name
    }
}
