#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@testable import SamotopCommand

/// Stands in for systemd: hears what a service says of itself.
final class NotifySocket: Sendable {
    private let descriptor: CInt
    let path: String

    init(_ path: String) throws {
        self.path = path
        descriptor = ListeningSocket.open(AF_UNIX, datagram: true)
        guard var address = UnixAddress(path), address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
            throw SystemFailure("bind")
        }
        chmod(path, 0o666)
        // A service that never speaks must not hold the tests up for ever.
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Waits for the next message, and returns its first line.
    func next() -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        return text.split(separator: "\n").first.map(String.init) ?? ""
    }
}
