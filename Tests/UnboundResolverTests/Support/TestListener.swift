#if Unbound
    import Glibc

    /// A TCP listener on loopback that tells what the first client sends first.
    final class TestListener: Sendable {
        let port: UInt16
        private let socket: Int32

        init() throws {
            (socket, port) = try Loopback.bound(SOCK_STREAM)
            guard listen(socket, 8) == 0 else { throw TestError(message: "no listener on loopback") }
        }

        deinit { close(socket) }

        /// Waits for three seconds at most.
        func receive() throws -> [UInt8] {
            var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, 3_000) == 1 else { return [] }
            let client = accept(socket, nil, nil)
            defer { close(client) }
            wait.fd = client
            guard poll(&wait, 1, 3_000) == 1 else { return [] }
            var buffer = [UInt8](repeating: 0, count: 512)
            return Array(buffer.prefix(max(0, recv(client, &buffer, buffer.count, 0))))
        }
    }
#endif
