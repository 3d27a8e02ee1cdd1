import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import SMTP
import SamotopServer
import SamotopTesting
import Synchronization

/// A dialogue's client on a real socket, with its server behind it.
final class TCPConnection: DialogueConnection {
    private let running: Task<Void, any Error>
    private let channel: any Channel
    private let inbox: TCPInbox

    /// Starts the server on a free port of 127.0.0.1, and connects.
    init(_ server: TestServer) async throws {
        let (ready, news) = AsyncStream.makeStream(of: String.self)
        let listener = Listener(
            "test", at: .tcp(host: "127.0.0.1", port: 0), role: server.role,
            security: try TestIdentity.security(server.encryption))
        let smtp = SMTPServer(server.service, on: [listener], threads: 1) { news.yield($0["test"] ?? "") }
        running = Task {
            defer { news.finish() }
            try await smtp.run()
        }
        let inbox = TCPInbox()
        self.inbox = inbox
        let address = await ready.first { _ in true } ?? ""
        let port = Int(address.split(separator: ":").last ?? "") ?? 0
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.minutes(2))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let wire = TCPWire()
                    inbox.wire = NIOLoopBound(wire, eventLoop: channel.eventLoop)
                    try channel.pipeline.syncOperations.addHandlers([wire, TCPInboxHandler(inbox)])
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        // A dialogue that goes wrong must not wait for ever.
        channel.eventLoop.scheduleTask(in: .minutes(2)) { [channel] in channel.close(promise: nil) }
        if server.encryption == .active { try await startTLS() }
    }

    deinit {
        running.cancel()
        channel.close(promise: nil)
    }

    func send(_ octets: [UInt8]) async throws {
        try? await channel.writeAndFlush(channel.allocator.buffer(bytes: octets)).get()
    }

    func receive() async throws -> [UInt8] {
        let octets = await inbox.receive()
        // A TLS alert is no reply: it may come before the end of a connection whose handshake failed (RFC 8446 §6.2).
        return octets.starts(with: [21, 3]) ? await inbox.receive() : octets
    }

    func startTLS() async throws {
        let context = try NIOSSLContext(configuration: TestIdentity.client)
        try await channel.eventLoop.submit { [channel, inbox] in
            guard let wire = inbox.wire?.value else { return }
            let handler = try NIOSSLClientHandler(context: context, serverHostname: "mx.our.test")
            try channel.pipeline.syncOperations.addHandler(handler, position: .after(wire))
        }.get()
        try await inbox.secured()
    }

    func drop() async throws {
        try? await channel.eventLoop.submit { [inbox] in inbox.wire?.value.close() }.get()
        try? await channel.closeFuture.get()
    }

    func isClosed() async throws -> Bool { inbox.isClosed }

    /// Ends the connection and the server: then everything that will be delivered has been.
    func finish() async throws {
        try await drop()
        running.cancel()
        try await running.value
    }
}

/// What a client has received.
private final class TCPInbox: Sendable {
    struct State {
        var octets: [UInt8] = []
        var isClosed = false
        var isSecured = false
        var wire: NIOLoopBound<TCPWire>?
        var waiting: CheckedContinuation<Void, Never>?
    }

    struct HandshakeFailed: Error {}

    private let state = Mutex(State())

    var isClosed: Bool { state.withLock { $0.isClosed } }
    var wire: NIOLoopBound<TCPWire>? {
        get { state.withLock { $0.wire } }
        set { state.withLock { $0.wire = newValue } }
    }

    func receive() async -> [UInt8] {
        await wait { !$0.octets.isEmpty || $0.isClosed }
        return state.withLock { state in
            defer { state.octets = [] }
            return state.octets
        }
    }

    func secured() async throws {
        await wait { $0.isSecured || $0.isClosed }
        guard state.withLock({ $0.isSecured }) else { throw HandshakeFailed() }
    }

    func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state in
            body(&state)
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    private func wait(until holds: @Sendable (State) -> Bool) async {
        while true {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if holds(state) { return true }
                    state.waiting = continuation
                    return false
                }
                if isThere { continuation.resume() }
            }
            if state.withLock({ holds($0) }) { return }
        }
    }
}

/// The end of the client's pipeline.
private final class TCPInboxHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let inbox: TCPInbox

    init(_ inbox: TCPInbox) { self.inbox = inbox }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let octets = Array(unwrapInboundIn(data).readableBytesView)
        inbox.change { $0.octets += octets }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { inbox.change { $0.isSecured = true } }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelInactive(context: ChannelHandlerContext) { inbox.change { $0.isClosed = true } }
}

/// The start of the client's pipeline, where the connection is dropped without a word of TLS.
private final class TCPWire: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }
    func close() { context?.close(promise: nil) }
}
