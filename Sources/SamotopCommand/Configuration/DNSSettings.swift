import NameResolution

/// `dns:`, where names are looked up.
struct DNSSettings: Sendable, Hashable {
    enum Validation: String, CaseIterable { case ifPossible = "if-possible", always, never }

    /// Servers to ask instead of the world's own.
    var servers: [NameServer] = []
    /// Servers for some zones, by the zone's name.
    var stubs: [DNSName: [NameServer]] = [:]
    /// DS or DNSKEY records to trust, besides the root's.
    var trustAnchors: [String] = []
    /// The file with the root's trust anchor; nil: where the system keeps it.
    var trustAnchorFile: String?
    var validate = Validation.ifPossible
    /// How long one question may take.
    var timeout = Duration.seconds(10)
    /// Octets.
    var cache = 16 << 20

    init() {}

    init(_ reader: SectionReader) {
        servers = reader.list("servers", NameServer.parse) ?? servers
        let zones = reader.section("stubs")
        for key in zones.keys {
            guard let zone = DNSName(key) else {
                zones.complain(aboutKey: key, "not a name of the DNS; write a zone, like example.org")
                continue
            }
            stubs[zone] = zones.list(key, NameServer.parse)
        }
        zones.finish()
        trustAnchors = reader.list("trust-anchors", Name.text) ?? trustAnchors
        trustAnchorFile = reader.value("trust-anchor-file", Name.path)
        validate = reader.value("validate", Choice.of(Validation.self)) ?? validate
        timeout = reader.value("timeout", Quantity.duration(in: .seconds(1)...(.seconds(60)))) ?? timeout
        cache = reader.value("cache", Quantity.size(in: (1 << 20)...(1 << 30))) ?? cache
        reader.finish()
    }
}

/// A name server: an address, a port, and for DNS over TLS (RFC 7858) the name in its certificate.
struct NameServer: Sendable, Hashable {
    var address: IPAddress
    var port: UInt16 = 53
    var tlsName: String?

    /// Parses `192.0.2.1`, `2001:db8::1@5300`, or `192.0.2.1@853#dns.example.net`.
    static func parse(_ text: String) throws(Unfit) -> NameServer {
        let unfit = Unfit(
            "not a name server: \(Quantity.quoted(text)); write an address, perhaps with @PORT, and #NAME for TLS")
        let named = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = named[0].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { throw unfit }
        var server = NameServer(address: address)
        if named.count == 2 {
            guard DNSName(String(named[1]))?.isHostName == true else { throw unfit }
            server.tlsName = String(named[1])
            server.port = 853
        }
        if parts.count == 2 {
            guard let port = UInt16(parts[1]), port > 0 else { throw unfit }
            server.port = port
        }
        return server
    }
}
