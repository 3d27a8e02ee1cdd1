import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization

/// A client on a real socket. What it waits for comes, or the connection ends, or after two minutes it gives up.
final class SocketClient: Sendable {
    private let channel: any Channel
    private let inbox: Inbox

    private init(_ channel: any Channel, _ inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    deinit { channel.close(promise: nil) }

    /// Connects to `127.0.0.1:25`, `[::1]:25` or `unix:/path`.
    ///
    /// - Parameters:
    ///   - source: the address to come from.
    ///   - receiveBuffer: octets the kernel may hold for this client.
    static func connect(_ address: String, from source: String? = nil, receiveBuffer: Int32? = nil) async throws
        -> SocketClient
    {
        let inbox = Inbox()
        let group = MultiThreadedEventLoopGroup.singleton
        var bootstrap = ClientBootstrap(group: group).connectTimeout(.minutes(2)).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                let wire = WireHandler()
                inbox.wire = NIOLoopBound(wire, eventLoop: channel.eventLoop)
                try channel.pipeline.syncOperations.addHandlers([wire, InboxHandler(inbox)])
            }
        }
        if address.hasPrefix("unix:") {
            return finish(try await bootstrap.connect(unixDomainSocketPath: String(address.dropFirst(5))).get(), inbox)
        }
        bootstrap = bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
        if let source { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: source, port: 0)) }
        if let receiveBuffer {
            bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: SocketOptionValue(receiveBuffer))
        }
        let end = address.lastIndex(of: ":") ?? address.endIndex
        let host = address[..<end].filter { $0 != "[" && $0 != "]" }
        let port = Int(address[end...].dropFirst()) ?? 0
        return finish(try await bootstrap.connect(host: host, port: port).get(), inbox)
    }

    private static func finish(_ channel: any Channel, _ inbox: Inbox) -> SocketClient {
        channel.eventLoop.scheduleTask(in: .minutes(2)) { channel.close(promise: nil) }
        return SocketClient(channel, inbox)
    }

    /// What went wrong on the connection, if anything did.
    var error: String? { inbox.error }

    /// Sends in one write. A connection that is gone takes it as well as any.
    func send(_ text: String) async { await send(Array(text.utf8)) }

    func send(_ octets: [UInt8]) async {
        try? await channel.writeAndFlush(channel.allocator.buffer(bytes: octets)).get()
    }

    /// Sends, and waits for nothing.
    func push(_ octets: [UInt8]) {
        channel.writeAndFlush(channel.allocator.buffer(bytes: octets), promise: nil)
    }

    /// Sends in one write with what is sent next.
    func queue(_ octets: [UInt8]) { channel.write(channel.allocator.buffer(bytes: octets), promise: nil) }

    /// The next reply, its lines joined by LF; throws when the connection ends first.
    func reply() async throws -> String {
        var lines: [String] = []
        while true {
            let line = try await inbox.line()
            lines.append(line)
            if line.utf8.count < 4 || Array(line.utf8)[3] != UInt8(ascii: "-") { return lines.joined(separator: "\n") }
        }
    }

    /// Sends a command and brings its reply.
    @discardableResult func say(_ command: String) async throws -> String {
        await send(command + "\r\n")
        return try await reply()
    }

    /// Whatever comes until the connection ends.
    func rest() async -> [UInt8] { await inbox.rest() }
    func restText() async -> String { String(decoding: await rest(), as: UTF8.self) }

    /// Brings the greeting and says EHLO.
    func greet() async throws {
        _ = try await reply()
        try await say("EHLO client.example")
    }

    /// The TLS handshake; throws when it fails.
    func startTLS(_ configuration: TLSConfiguration = .trusting, serverName: String? = nil) async throws {
        let context = try NIOSSLContext(configuration: configuration)
        try await channel.eventLoop.submit { [channel, inbox] in
            let handler = try NIOSSLClientHandler(context: context, serverHostname: serverName)
            guard let wire = inbox.wire?.value else { return }
            try channel.pipeline.syncOperations.addHandler(handler, position: .after(wire))
        }.get()
        try await inbox.secured()
    }

    /// Says STARTTLS, shakes hands, and says EHLO again.
    func secure(_ configuration: TLSConfiguration = .trusting, serverName: String? = nil) async throws {
        try await greet()
        try await say("STARTTLS")
        try await startTLS(configuration, serverName: serverName)
        try await say("EHLO client.example")
    }

    /// The server's certificate.
    func certificate() async throws -> NIOSSLCertificate? { try await channel.nioSSL_peerCertificate().get() }

    /// Reads no more from the socket, or again.
    func setReading(_ isReading: Bool) async throws {
        try await channel.setOption(.autoRead, value: isReading).get()
    }

    /// Ends the connection as TLS and TCP want it.
    func close() async { try? await channel.close().get() }

    /// FIN at once, without TLS's close_notify.
    func cut() async {
        try? await channel.eventLoop.submit { [inbox] in inbox.wire?.value.close() }.get()
        try? await channel.closeFuture.get()
    }

    /// RST at once.
    func reset() async {
        if let socket = channel as? any SocketOptionProvider {
            // struct linger: on, zero seconds.
            try? await socket.unsafeSetSocketOption(level: .socket, name: .so_linger, value: SIMD2<Int32>(1, 0)).get()
        }
        await cut()
    }
}

extension TLSConfiguration {
    /// A client that takes any certificate.
    static var trusting: TLSConfiguration {
        var configuration = makeClientConfiguration()
        configuration.certificateVerification = .none
        return configuration
    }
}
