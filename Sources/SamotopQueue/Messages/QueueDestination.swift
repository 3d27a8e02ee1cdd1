public import SMTP

/// A next hop: what is counted, paced and backed off together.
///
/// The lowercased domain of the recipients, unless a route of the program's has them all go elsewhere; then the route's name.
public struct QueueDestination: Sendable, Hashable {
    /// UTF-8; 1 to 255 octets, else it is cut.
    public let name: [UInt8]

    /// The destination of this name, which should be in lower case.
    public init(name: String) { self.init(octets: Array(name.utf8)) }

    /// The destination of a domain that no route redirects.
    public init(_ domain: Domain) { self.init(octets: Self.lowercased(domain.bytes)) }

    init(octets: [UInt8]) { name = Array(octets.prefix(255)) }

    static func lowercased(_ octets: some Collection<UInt8>) -> [UInt8] {
        octets.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
    }

    /// The name for people to read.
    public var text: String { String(decoding: name, as: UTF8.self) }
}

extension QueueDestination: CustomStringConvertible {
    /// The number of octets, never the name.
    public var description: String { "QueueDestination(\(name.count) octets)" }
}
