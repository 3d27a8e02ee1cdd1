import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A server that says what a test wants, over TCP on the loopback interface.
final class ScriptedServer: Sendable {
    /// What follows a line of the client's.
    enum Reaction: Sendable {
        /// Octets as they are, or none.
        case say(String)
        /// Octets, then the handshake.
        case secure(String)
        /// Octets, then content is read up to its final dot, for which `.` is asked.
        case data(String)
        /// Octets, then the connection closes.
        case close(String)
    }

    /// How it behaves.
    struct Behaviour: Sendable {
        var greeting: String? = "220 mx.out.test\r\n"
        var keywords = ["PIPELINING", "8BITMIME", "SIZE 100000000"]
        var tls: NIOSSLContext?
        /// TLS from the first octet.
        var isImplicit = false
        /// Nil: what a good server says.
        var respond: @Sendable (String) -> Reaction? = { _ in nil }
        /// Reads nothing more once content has begun.
        var stopsReading = false
    }

    let port: Int
    let record: Record
    private let channel: any Channel

    static func start(_ change: (inout Behaviour) -> Void = { _ in }) async throws -> ScriptedServer {
        var behaviour = Behaviour()
        change(&behaviour)
        let fixed = behaviour
        let record = Record()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if fixed.isImplicit, let tls = fixed.tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.addHandler(ScriptHandler(fixed, record))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ScriptedServer(channel, record)
    }

    private init(_ channel: any Channel, _ record: Record) {
        self.channel = channel
        self.record = record
        port = channel.localAddress?.port ?? 0
    }

    /// Ends the listener and nothing else.
    func stop() async { try? await channel.close().get() }

    /// What clients said.
    final class Record: Sendable {
        struct Seen {
            var connections = 0
            var lines: [String] = []
            var contents: [[UInt8]] = []
        }
        let seen = Mutex(Seen())
        var lines: [String] { seen.withLock(\.lines) }
        var contents: [[UInt8]] { seen.withLock(\.contents) }
        var connections: Int { seen.withLock(\.connections) }
    }
}

/// One connection of a ``ScriptedServer``.
final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let behaviour: ScriptedServer.Behaviour
    private let record: ScriptedServer.Record
    private var input: [UInt8] = []
    private var content: [UInt8]?
    private var accepted = 0

    init(_ behaviour: ScriptedServer.Behaviour, _ record: ScriptedServer.Record) {
        self.behaviour = behaviour
        self.record = record
    }

    func channelActive(context: ChannelHandlerContext) {
        record.seen.withLock { $0.connections += 1 }
        if let greeting = behaviour.greeting { say(greeting, context) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        input += unwrapInboundIn(data).readableBytesView
        while let end = input.firstIndex(of: 0x0A) {
            let line = Array(input[...end])
            input.removeFirst(end + 1)
            if content != nil {
                take(line, context)
            } else {
                command(String(decoding: line.filter { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self), context)
            }
        }
    }

    private func take(_ line: [UInt8], _ context: ChannelHandlerContext) {
        guard line != [0x2E, 0x0D, 0x0A] else {
            record.seen.withLock { $0.contents.append(content ?? []) }
            content = nil
            return react(behaviour.respond(".") ?? .say("250 2.0.0 taken\r\n"), context)
        }
        content? += line.first == 0x2E ? line[1...] : line[...]
    }

    private func command(_ line: String, _ context: ChannelHandlerContext) {
        record.seen.withLock { $0.lines.append(line) }
        react(behaviour.respond(line) ?? standard(line), context)
    }

    private func standard(_ line: String) -> ScriptedServer.Reaction {
        switch line.prefix(4).uppercased() {
        case "EHLO", "LHLO":
            let lines = ["mx.out.test"] + behaviour.keywords
            return .say(
                lines.enumerated().map { "250\($0 == lines.count - 1 ? " " : "-")\($1)\r\n" }.joined())
        case "DATA": return .data("354 go\r\n")
        case "QUIT": return .close("221 2.0.0 bye\r\n")
        case "STAR": return behaviour.tls == nil ? .say("502 no\r\n") : .secure("220 go\r\n")
        case "MAIL", "RCPT", "RSET", "NOOP", "HELO": return .say("250 2.0.0 ok\r\n")
        default: return .say("500 5.5.2 what\r\n")
        }
    }

    private func react(_ reaction: ScriptedServer.Reaction, _ context: ChannelHandlerContext) {
        switch reaction {
        case .say(let text): say(text, context)
        case .secure(let text):
            say(text, context)
            guard let tls = behaviour.tls else { return }
            try? context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls), position: .before(self))
        case .data(let text):
            content = []
            say(text, context)
            if behaviour.stopsReading { _ = context.channel.setOption(.autoRead, value: false) }
        case .close(let text):
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).assumeIsolated().whenComplete { _ in
                channel.close(promise: nil)
            }
        }
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        guard !text.isEmpty else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
