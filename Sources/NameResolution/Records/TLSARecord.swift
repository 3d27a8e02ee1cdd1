/// A TLSA record (RFC 6698 §2.1): which certificate or key a TLS server will show.
public struct TLSARecord: Sendable, Hashable, Codable {
    /// 2 is a trust anchor, 3 the server's own (RFC 7671 §4).
    public let usage: UInt8
    /// 0: the whole certificate; 1: its public key.
    public let selector: UInt8
    /// 0: as it is; 1: SHA-256; 2: SHA-512.
    public let matchingType: UInt8
    /// The certificate association data.
    public let data: [UInt8]

    /// A record; the numbers are taken as they are.
    public init(usage: UInt8, selector: UInt8, matchingType: UInt8, data: [UInt8]) {
        self.usage = usage
        self.selector = selector
        self.matchingType = matchingType
        self.data = data
    }
}

extension TLSARecord: CustomStringConvertible {
    /// In the form of a zone file.
    public var description: String { "\(usage) \(selector) \(matchingType) \(hexadecimal(data))" }
}
