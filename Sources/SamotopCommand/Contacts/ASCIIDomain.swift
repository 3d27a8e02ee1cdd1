import NameResolution

/// Domains with letters beyond ASCII as contacts and evidence compare them.
enum ASCIIDomain {
    /// The A-labels of a domain (RFC 5890); nil when it has none.
    @Sendable static func convert(_ domain: [UInt8]) -> [UInt8]? {
        DNSName(internationalized: domain).map { Array($0.text.utf8) }
    }
}
