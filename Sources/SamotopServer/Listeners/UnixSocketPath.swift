#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A Unix socket's place in the file system: a socket that nobody listens on any more is replaced, another file never.
struct UnixSocketPath {
    private let path: String
    private let mode: UInt16

    init(_ path: String, mode: UInt16) {
        self.path = path
        self.mode = mode
    }

    /// Binds with `body`, so that the socket never exists with wider permissions than `mode`.
    func bind<Bound>(_ body: (String) async throws -> Bound) async throws -> Bound {
        if isSocket, !isAlive { unlink(path) }
        let bound = try await body(path)
        guard chmod(path, mode_t(mode)) == 0 else { throw UnixSocketError(path: path, code: errno) }
        return bound
    }

    private var isSocket: Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Whether a server answers there.
    private var isAlive: Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}

/// A Unix socket's permissions could not be set.
struct UnixSocketError: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    var description: String { "\(path): chmod: \(String(cString: strerror(code)))" }
}
