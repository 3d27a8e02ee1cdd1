public import TransportSecurity

/// Who is asked how well the way to a server must be secured, besides DANE, which is always asked.
public struct RelaySecurity: Sendable {
    /// Finds the MTA-STS policies of domains (RFC 8461). Nil: nobody is asked.
    public var mtaSTS: MTASTSDiscovery?
    /// What was seen of domains and decided about them: the ratchet and the pins. While it fails, mail waits.
    public var peers: (any PeerStore)?
    /// Counts for TLS reports (RFC 8460).
    public var reports: (any TLSReportStore)?
    /// The authorities for MTA-STS and REQUIRETLS.
    public var anchors = TrustAnchors.none

    /// Nobody.
    public init() {}
}
