import NameResolution

/// Where a listener takes connections.
enum ListenAddress: Sendable, Hashable {
    /// TCP on an address of this machine; port 0 lets the system choose.
    case tcp(IPAddress, port: UInt16)
    /// A Unix socket at an absolute path.
    case unix(String)
    /// A socket that systemd opened, by its `FileDescriptorName`.
    case systemd(String)

    /// Parses `192.0.2.1:25`, `[::]:25`, `unix:/run/samotop/lmtp` or `systemd:mx`.
    static func parse(_ text: String) throws(Unfit) -> ListenAddress {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            // The kernel's sun_path holds 108 octets with the final zero.
            guard path.hasPrefix("/"), path.utf8.count <= 107 else {
                throw Unfit(
                    "not a socket path: \(Quantity.quoted(path)); write unix: and an absolute path of at most 107 octets"
                )
            }
            return .unix(path)
        }
        if text.hasPrefix("systemd:") {
            let name = String(text.dropFirst(8))
            guard !name.isEmpty else {
                throw Unfit("a name must follow systemd:, as in FileDescriptorName= of the socket unit")
            }
            return .systemd(name)
        }
        return try tcp(text)
    }

    /// Parses a TCP address; a bare port means loopback.
    static func loopbackByDefault(_ text: String) throws(Unfit) -> ListenAddress {
        if let port = UInt16(text), let loopback = IPAddress("127.0.0.1") { return .tcp(loopback, port: port) }
        return try tcp(text)
    }

    private static func tcp(_ text: String) throws(Unfit) -> ListenAddress {
        guard let colon = text.lastIndex(of: ":") else {
            throw Unfit("no port in \(Quantity.quoted(text)); write ADDRESS:PORT, like 0.0.0.0:25 or [::]:25")
        }
        var host = String(text[..<colon])
        let bracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if bracketed { host = String(host.dropFirst().dropLast()) }
        guard let address = IPAddress(host), address.isIPv6 == bracketed else {
            let hint = "write an IP address and a port, like 0.0.0.0:25 or [::]:25"
            throw Unfit("not an address: \(Quantity.quoted(text)); \(hint)")
        }
        let digits = text[text.index(after: colon)...]
        guard let port = UInt16(digits), !digits.hasPrefix("+") else {
            throw Unfit("not a port: \(Quantity.quoted(String(digits))); use 0 to 65535")
        }
        return .tcp(address, port: port)
    }

    /// Whether only this machine reaches it.
    var isLocal: Bool {
        switch self {
        case .tcp(let address, _): address.isLoopback
        case .unix: true
        case .systemd: false
        }
    }
}

extension ListenAddress: CustomStringConvertible {
    /// As the configuration writes it.
    var description: String {
        switch self {
        case .tcp(let address, let port): address.isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
        case .unix(let path): "unix:\(path)"
        case .systemd(let name): "systemd:\(name)"
        }
    }
}
