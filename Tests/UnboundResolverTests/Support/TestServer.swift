#if Unbound
    import Glibc
    import NameResolution
    import Synchronization
    import UnboundResolver

    /// A name server on loopback, over UDP alone, that answers what a test says.
    final class TestServer: Sendable {
        /// What comes back to a query.
        enum Reply {
            case packet([UInt8])
            /// From another port than the one that was asked.
            case stray([UInt8])
        }

        let port: UInt16
        private let socket: Int32
        private let elsewhere: Int32
        private let state = Mutex((queries: [[UInt8]](), isStopped: false))

        /// What it was asked.
        var queries: [[UInt8]] { state.withLock { $0.queries } }

        init(_ answer: @escaping @Sendable (_ query: [UInt8]) -> [Reply]) throws {
            (socket, port) = try Loopback.udp()
            elsewhere = try Loopback.udp().socket
            var patience = timeval(tv_sec: 0, tv_usec: 50_000)
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            Threads.start { [self] in
                while !state.withLock({ $0.isStopped }) { serve(answer) }
                close(socket)
                close(elsewhere)
            }
        }

        private func serve(_ answer: (_ query: [UInt8]) -> [Reply]) {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            var (peer, length) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
            let count = withUnsafeMutablePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(socket, &buffer, buffer.count, 0, $0, &length)
                }
            }
            guard count > 0 else { return }
            let query = Array(buffer[0..<count])
            state.withLock { $0.queries.append(query) }
            for reply in answer(query) {
                let (packet, from) =
                    switch reply {
                    case .packet(let packet): (packet, socket)
                    case .stray(let packet): (packet, elsewhere)
                    }
                withUnsafePointer(to: &peer) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        _ = sendto(from, packet, packet.count, 0, $0, length)
                    }
                }
            }
        }

        func stop() { state.withLock { $0.isStopped = true } }

        /// A server that is asked for all of a zone.
        func stub(_ zone: String = "fake.test") throws -> UnboundSettings.Stub {
            UnboundSettings.Stub(try name(zone), servers: [try nameServer()])
        }

        func nameServer() throws -> UnboundSettings.NameServer {
            guard let address = IPAddress("127.0.0.1") else { throw TestError(message: "no address") }
            return UnboundSettings.NameServer(address, port: port)
        }
    }

    struct TestError: Error, CustomStringConvertible {
        let message: String
        var description: String { message }
    }

    func name(_ text: String) throws -> DNSName {
        guard let name = DNSName(text) else { throw TestError(message: "\(text) is no name") }
        return name
    }

    enum Threads {
        /// Runs work on a thread of its own: it may block.
        static func start(_ work: @escaping @Sendable () -> Void) {
            let box = Unmanaged.passRetained(Box(work: work))
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { argument in
                    if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().work() }
                    return nil
                }, box.toOpaque())
            pthread_detach(thread)
        }

        /// The same, and waits for what it returns without blocking.
        static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
            try await withCheckedThrowingContinuation { continuation in
                start { continuation.resume(with: Result(catching: work)) }
            }
        }

        private final class Box: Sendable {
            let work: @Sendable () -> Void
            init(work: @escaping @Sendable () -> Void) { self.work = work }
        }
    }

    enum Loopback {
        /// A bound UDP socket.
        static func udp() throws -> (socket: Int32, port: UInt16) { try bound(SOCK_DGRAM) }

        static func bound(_ kind: __socket_type) throws -> (socket: Int32, port: UInt16) {
            let socket = Glibc.socket(AF_INET, Int32(kind.rawValue), 0)
            var (address, length) = (address(0), socklen_t(MemoryLayout<sockaddr_in>.size))
            let failed = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, length) != 0 || getsockname(socket, $0, &length) != 0
                }
            }
            guard socket >= 0, !failed else { throw TestError(message: "no socket on loopback") }
            return (socket, UInt16(bigEndian: address.sin_port))
        }

        private static func address(_ port: UInt16) -> sockaddr_in {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            return address
        }

        /// Whether a server on this port answers within a tenth of a second.
        static func answers(_ port: UInt16, to query: [UInt8]) throws -> Bool {
            let (socket, _) = try udp()
            defer { close(socket) }
            var patience = timeval(tv_sec: 0, tv_usec: 100_000)
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            withUnsafePointer(to: address(port)) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = sendto(socket, query, query.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            var buffer = [UInt8](repeating: 0, count: 512)
            return recv(socket, &buffer, buffer.count, 0) > 0
        }
    }
#endif
