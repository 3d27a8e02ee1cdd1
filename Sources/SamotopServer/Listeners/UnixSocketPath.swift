#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A Unix socket's place in the file system: a socket that nobody listens on any more is replaced, another file never.
struct UnixSocketPath {
    private static let backlog: Int32 = 1024

    private let path: String
    private let mode: UInt16

    init(_ path: String, mode: UInt16) {
        self.path = path
        self.mode = mode
    }

    /// A descriptor that listens there. At no time does the socket have wider permissions than `mode`.
    func open() throws(UnixSocketError) -> Int32 {
        guard let address else { throw UnixSocketError(path: path, call: "bind", code: ENAMETOOLONG) }
        try removeStaleSocket(address)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        do throws(UnixSocketError) {
            try check(descriptor, "socket")
            // The file will have the descriptor's permissions less the umask; chmod then gives what the umask took.
            try check(fchmod(descriptor, mode_t(mode)), "fchmod")
            try check(Self.withPointer(address) { bind(descriptor, $0, $1) }, "bind")
            try check(chmod(path, mode_t(mode)), "chmod")
            try check(listen(descriptor, Self.backlog), "listen")
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private func removeStaleSocket(_ address: sockaddr_un) throws(UnixSocketError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw UnixSocketError(path: path, call: "bind", code: EEXIST) }
        if isStale(address) { unlink(path) }
    }

    /// Whether nobody listens there; any other answer than that may come from a server.
    private func isStale(_ address: sockaddr_un) -> Bool {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, kind, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return Self.withPointer(address) { connect(descriptor, $0, $1) } != 0 && errno == ECONNREFUSED
    }

    private var address: sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }

    private static func withPointer(
        _ address: sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private func check(_ result: Int32, _ call: String) throws(UnixSocketError) {
        guard result >= 0 else { throw UnixSocketError(path: path, call: call, code: errno) }
    }
}

/// A Unix socket could not be opened.
struct UnixSocketError: Error, CustomStringConvertible {
    let path: String
    let call: String
    let code: Int32

    var description: String {
        code == EEXIST
            ? "\(path) is no socket, and is not replaced" : "\(path): \(call): \(String(cString: strerror(code)))"
    }
}
