/// A host that was spoken to.
public struct RemoteHost: Sendable, Hashable {
    /// The MX's name; 255 octets at most.
    public let name: String
    /// Its IP address as text, if one was tried; 64 octets at most.
    public let address: String?

    /// Makes a host.
    public init(name: String, address: String? = nil) {
        self.name = name.cut(at: 255)
        self.address = address?.cut(at: 64)
    }
}

extension RemoteHost: CustomStringConvertible {
    /// The type alone: neither name nor address.
    public var description: String { "RemoteHost" }
}

extension String {
    /// The longest prefix of whole characters that takes at most so many octets.
    func cut(at octets: Int) -> String {
        guard utf8.count > octets else { return self }
        var end = utf8.index(startIndex, offsetBy: octets)
        while end > startIndex, String.Index(end, within: self) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
