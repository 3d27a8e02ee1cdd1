#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The address of a Unix socket.
struct UnixAddress {
    private var address = sockaddr_un()
    private var length: socklen_t

    /// A path, or a name behind `@` in Linux's abstract namespace; nil when it is too long.
    init?(_ path: String) {
        var octets = Array(path.utf8)
        if octets.first == UInt8(ascii: "@") { octets[0] = 0 }
        let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        guard octets.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: octets) }
        // An abstract name ends with the length, a path with a zero.
        length = socklen_t(offset + octets.count + (octets.first == 0 ? 0 : 1))
    }

    /// The address as the socket functions take it.
    mutating func withPointer<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        let length = length
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
