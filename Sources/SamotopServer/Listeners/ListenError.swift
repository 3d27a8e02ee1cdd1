#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import NIOCore

/// A listener could not listen.
public struct ListenError: Error, CustomStringConvertible {
    /// The listener's name.
    public let listener: String
    /// Where it should have listened.
    public let address: Listener.Address
    let cause: any Error

    /// For the operator.
    public var description: String {
        let place =
            switch address {
            case .tcp(let host, let port): "\(host) port \(port)"
            case .unix(let path, _): path
            case .inherited(let descriptor): "inherited descriptor \(descriptor)"
            }
        return "listener \(listener) can't listen on \(place): \(cause)\(hint)"
    }

    private var hint: String {
        switch (cause as? IOError)?.errnoCode ?? (cause as? UnixSocketError)?.code {
        case EADDRINUSE: "; is another server running there?"
        case EACCES: "; ports below 1024 are for root, or for a process with CAP_NET_BIND_SERVICE"
        case EADDRNOTAVAIL: "; no interface of this machine has that address"
        default: ""
        }
    }
}
