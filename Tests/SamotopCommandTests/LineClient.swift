#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A blocking client for one connection to 127.0.0.1.
final class LineClient {
    private let socket: CInt
    private var pending: [UInt8] = []

    init?(port: UInt16) {
        socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        // A server that never answers must not hold the tests up for ever.
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard connected else {
            close(socket)
            return nil
        }
    }

    deinit { close(socket) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(socket, bytes, bytes.count, CInt(MSG_NOSIGNAL))
    }

    /// The next line without its end; nil when the connection is closed.
    func line() -> String? {
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                defer { pending.removeFirst(end + 1) }
                return String(decoding: pending[..<end].filter { $0 != 0x0D }, as: UTF8.self)
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            pending += buffer[..<count]
        }
    }

    /// The last line of a reply.
    func reply() -> String? {
        while let line = line() {
            if line.dropFirst(3).first != "-" { return line }
        }
        return nil
    }

    /// Sends a command and returns the last line of its reply.
    func ask(_ command: String) -> String? {
        send(command + "\r\n")
        return reply()
    }

    /// All until the connection closes.
    func rest() -> String {
        var text = ""
        while let line = line() { text += line + "\n" }
        return text + String(decoding: pending, as: UTF8.self)
    }
}
