public import NameResolution

/// An `https:` URL that something is posted to: a host by its name, maybe a port, a path and a query (RFC 9110 §4.2.2).
///
/// `http:` only to `localhost`, which is then this machine, whatever the DNS says. No user, password or fragment, and no IP address: a
/// certificate is for a name.
public struct HTTPSAddress: Sendable, Hashable {
    /// Octets of a URL at most.
    public static let maximumLength = 2_000

    /// The host.
    public let host: DNSName
    /// The port.
    public let port: Int
    /// The path and the query, from the `/`.
    public let path: String
    /// `http:` to this machine.
    public let isPlain: Bool

    /// Nil when the text is no such URL.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return nil
        }
        let lowercased = text.lowercased()
        let isPlain = lowercased.hasPrefix("http://")
        guard isPlain || lowercased.hasPrefix("https://") else { return nil }
        let rest = text.dropFirst(isPlain ? 7 : 8)
        guard !rest.contains("#"), !rest.contains("\\") else { return nil }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.contains("@") else { return nil }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.first, let host = DNSName(String(name)), host != .root, host.isHostName
        else { return nil }
        var port = isPlain ? 80 : 443
        if parts.count == 2 {
            guard let number = UInt16(parts[1]), number > 0 else { return nil }
            port = Int(number)
        }
        let isLocal = host == DNSName("localhost")
        guard isPlain == isLocal, isLocal || (host.labels.count >= 2 && !Self.isNumber(name)) else { return nil }
        self.host = host
        self.port = port
        path = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
        self.isPlain = isPlain
    }

    /// An IPv4 address looks like a name.
    private static func isNumber(_ name: Substring) -> Bool {
        name.split(separator: ".").last?.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ?? true
    }
}
