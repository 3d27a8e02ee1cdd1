import NIOCore
import NIOEmbedded
import SamotopCore
import Synchronization

@testable import SamotopServer

/// A session on a channel without a socket, whose time the test turns. For tests that don't suspend.
final class SimulatedConnection {
    let channel = EmbeddedChannel()
    let wire = WireRecorder()
    private let closes = Counter()

    init(
        _ service: MailService, role: Role = .mx, security: Listener.Security = .none, timeouts: Timeouts = Timeouts()
    ) throws {
        var listener = Listener("test", at: .unix(path: ""), role: role, security: security)
        listener.timeouts = timeouts
        try channel.pipeline.syncOperations.addHandler(wire)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/test")).wait()
        let closes = closes
        let handler = SessionHandler(
            SessionHandler.Parameters(service: service, listener: listener, client: .ipv4([192, 0, 2, 7])) {
                closes.add()
            })
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    /// How often the session said that it is over.
    var closings: Int { closes.value }
    var isOpen: Bool { channel.isActive }
    /// True while the channel is asked to read.
    var isReading: Bool {
        for option in channel.options.reversed() where option.option is ChannelOptions.Types.AutoReadOption {
            return option.value as? Bool ?? true
        }
        return true
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ octets: [UInt8]) throws {
        channel.pipeline.fireChannelRead(channel.allocator.buffer(bytes: octets))
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.run()
    }

    /// All replies since the last call.
    func replies() throws -> String { String(decoding: try octets(), as: UTF8.self) }

    func octets() throws -> [UInt8] {
        var octets: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { octets += buffer.readableBytesView }
        return octets
    }

    /// Says a command and brings the replies.
    func say(_ text: String) throws -> String {
        try send(text + "\r\n")
        return try replies()
    }

    func pass(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

    /// The peer takes what is written, or doesn't.
    func setWritable(_ isWritable: Bool) {
        channel.isWritable = isWritable
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.run()
    }

    /// What other threads asked the loop to do.
    func run() { channel.embeddedEventLoop.run() }

    /// The server stops.
    func stop() {
        channel.pipeline.fireUserInboundEventTriggered(ServerStopping())
        channel.embeddedEventLoop.run()
    }

    /// Greets and says EHLO.
    func greet() throws {
        _ = try replies()
        _ = try say("EHLO client.example")
    }
}

/// Stands next to the network: an embedded channel knows no half closure, and always takes what is written.
final class WireRecorder: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private(set) var isOutputClosed = false
    /// From so many octets on the peer takes nothing more.
    var capacity = Int.max
    private(set) var written = 0

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        written += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
        if written > capacity, let channel = context.channel as? EmbeddedChannel, channel.isWritable {
            channel.isWritable = false
            context.fireChannelWritabilityChanged()
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        isOutputClosed = true
        promise?.succeed(())
        context.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.outputClosed)
    }
}

/// A number that any thread may raise.
final class Counter: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .sequentiallyConsistent) }
    func add(_ octets: Int = 1) { count.add(octets, ordering: .sequentiallyConsistent) }
}
