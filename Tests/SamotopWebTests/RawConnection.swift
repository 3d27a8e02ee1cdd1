#if Web
    import Glibc
    import SamotopCore

    /// A connection to this machine that sends any octets.
    enum RawConnection {
        struct Failed: Error {}

        private static let threads = StorageThreads(count: 4, name: "raw")

        /// Sends each piece, and gives back what came until the peer closed, or for `seconds` nothing did.
        static func exchange(port: Int, _ pieces: [String], seconds: Int = 60) async throws -> (
            text: String, closed: Bool
        ) {
            try await threads.run { try exchangeBlocking(port: port, pieces, seconds: seconds) }
        }

        private static func exchangeBlocking(port: Int, _ pieces: [String], seconds: Int) throws -> (
            text: String, closed: Bool
        ) {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { throw Failed() }
            defer { close(descriptor) }
            var limit = timeval(tv_sec: seconds, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let connected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard connected == 0 else { throw Failed() }
            for piece in pieces {
                let bytes = Array(piece.utf8)
                // the peer may have closed by now, which is an answer as well
                guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { break }
            }
            var received: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while received.count < 1 << 22 {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count == 0 { return (String(decoding: received, as: UTF8.self), true) }
                if count < 0 { return (String(decoding: received, as: UTF8.self), errno == ECONNRESET) }
                received += buffer[..<count]
            }
            return (String(decoding: received, as: UTF8.self), false)
        }
    }
#endif
