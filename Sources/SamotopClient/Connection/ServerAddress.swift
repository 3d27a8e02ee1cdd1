public import NIOCore

/// Where a server is.
public enum ServerAddress: Sendable, Hashable {
    /// A host by its name or IP address, resolved by the system; all its addresses are tried (RFC 8305). A relay resolves names
    /// itself and uses `address`.
    case host(String, port: Int)
    /// An address, with the name to verify against and to send as SNI, if there is one.
    case address(SocketAddress, name: String?)
    /// A Unix socket, as LMTP servers have.
    case unix(path: String)

    /// The name for the certificate and SNI: nil for Unix sockets and addresses without one.
    public var name: String? {
        switch self {
        case .host(let name, _): name
        case .address(_, let name): name
        case .unix: nil
        }
    }
}

extension ServerAddress: CustomStringConvertible {
    /// The kind, never the address.
    public var description: String {
        switch self {
        case .host: "ServerAddress(host)"
        case .address: "ServerAddress(address)"
        case .unix: "ServerAddress(unix)"
        }
    }
}
