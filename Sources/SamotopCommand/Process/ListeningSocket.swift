#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import NameResolution

/// A socket that listens, opened while the process still may.
struct ListeningSocket: Sendable, Hashable {
    let descriptor: CInt
    /// As configured.
    let address: ListenAddress
    /// The port, also where the system chose it; nil for Unix sockets.
    let port: UInt16?

    /// Opens, binds and listens; with `trial`, binds only and closes again.
    ///
    /// - Parameter mode: permission bits of a Unix socket.
    static func open(_ address: ListenAddress, mode: UInt32 = 0o660, trial: Bool = false) throws(SystemFailure)
        -> ListeningSocket
    {
        let socket: CInt
        switch address {
        case .systemd: throw SystemFailure("socket", EINVAL)
        case .unix(let path): socket = try openUnix(path, mode: mode, trial: trial)
        case .tcp(let host, let port): socket = try openTCP(host, port)
        }
        if trial {
            close(socket)
            return ListeningSocket(descriptor: -1, address: address, port: nil)
        }
        guard listen(socket, backlog) == 0 else {
            let failure = SystemFailure("listen")
            close(socket)
            throw failure
        }
        return ListeningSocket(descriptor: socket, address: address, port: boundPort(socket))
    }

    /// A fresh socket that doesn't leak into child processes.
    static func open(_ family: CInt, datagram: Bool = false) -> CInt {
        #if os(Linux)
            let kind = CInt((datagram ? SOCK_DGRAM : SOCK_STREAM).rawValue) | CInt(SOCK_CLOEXEC.rawValue)
            return socket(family, kind, 0)
        #else
            let descriptor = socket(family, datagram ? SOCK_DGRAM : SOCK_STREAM, 0)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            return descriptor
        #endif
    }

    /// The kernel cuts it to net.core.somaxconn.
    private static let backlog: CInt = 4096

    private static func openTCP(_ host: IPAddress, _ port: UInt16) throws(SystemFailure) -> CInt {
        let socket = open(host.isIPv6 ? AF_INET6 : AF_INET)
        guard socket >= 0 else { throw SystemFailure("socket") }
        var on: CInt = 1
        let size = socklen_t(MemoryLayout<CInt>.size)
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, size)
        sendAtOnce(socket)
        let bound: CInt
        if host.isIPv6 {
            setsockopt(socket, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &on, size)
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: host.octets) }
            bound = bind(socket, to: &address)
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: host.octets) }
            bound = bind(socket, to: &address)
        }
        guard bound == 0 else {
            let failure = SystemFailure("bind")
            close(socket)
            throw failure
        }
        return socket
    }

    private static func openUnix(_ path: String, mode: UInt32, trial: Bool) throws(SystemFailure) -> CInt {
        guard var address = UnixAddress(path) else { throw SystemFailure("bind", ENAMETOOLONG) }
        let socket = open(AF_UNIX)
        guard socket >= 0 else { throw SystemFailure("socket") }
        do throws(SystemFailure) {
            if let status = LocalFile.status(path) {
                guard status.isSocket else { throw SystemFailure("bind", EEXIST) }
                // Left over from a process that is gone, unless somebody answers.
                let answered = address.withPointer { connect(socket, $0, $1) } == 0
                guard !answered, errno == ECONNREFUSED else { throw SystemFailure("bind", EADDRINUSE) }
                unlink(path)
            }
            // It comes to be with its mode: whoever may write to the folder could put a link to something else in its place before a chmod.
            let before = umask(mode_t(0o777 & ~mode))
            let bound = address.withPointer { systemBind(socket, $0, $1) }
            umask(before)
            guard bound == 0 else { throw SystemFailure("bind") }
            if trial { unlink(path) }
            return socket
        } catch {
            close(socket)
            throw error
        }
    }

    private static func bind<Address>(_ socket: CInt, to address: inout Address) -> CInt {
        let length = socklen_t(MemoryLayout<Address>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { systemBind(socket, $0, length) }
        }
    }

    /// Replies are small and awaited: the connections that a TCP socket accepts don't hold them back.
    static func sendAtOnce(_ socket: CInt) {
        var on: CInt = 1
        setsockopt(socket, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
    }

    /// The port of a TCP socket.
    static func boundPort(_ socket: CInt) -> UInt16? { bound(socket)?.port }

    /// Where a TCP socket is; nil for others.
    static func bound(_ socket: CInt) -> (address: IPAddress, port: UInt16)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            let known = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(socket, $0, &length) == 0
            }
            guard known else { return nil }
            switch CInt(pointer.pointee.ss_family) {
            case AF_INET:
                return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { found in
                    let octets = withUnsafeBytes(of: found.pointee.sin_addr) { Array($0) }
                    return IPAddress(octets: octets).map { ($0, UInt16(bigEndian: found.pointee.sin_port)) }
                }
            case AF_INET6:
                return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { found in
                    let octets = withUnsafeBytes(of: found.pointee.sin6_addr) { Array($0) }
                    return IPAddress(octets: octets).map { ($0, UInt16(bigEndian: found.pointee.sin6_port)) }
                }
            default: return nil
            }
        }
    }
}

// The name `bind` belongs to ListeningSocket inside it.
private func systemBind(_ socket: CInt, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> CInt {
    bind(socket, address, length)
}
