import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// An SMTP server that does what a test says, and remembers what it was told.
final class ScriptedServer: Sendable {
    /// How it does STARTTLS.
    enum TLS: Sendable {
        case none
        case offered(NIOSSLContext)
        /// Offers it and answers with this.
        case answered(String)
        /// Answers 220, and sends this in clear in the same breath.
        case injecting(String)
        /// Answers 220, and then speaks no TLS.
        case broken
    }

    struct Script: Sendable {
        var greeting = "220 mx.test ESMTP"
        var keywords = ["PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES"]
        var tls = TLS.none
        var ehlo: String?
        /// Replies by verb; `.` is the final dot. Nil from the closure: the usual one. An empty one: the connection is closed. `…`:
        /// none at all.
        var reply: @Sendable (_ verb: String, _ line: String) -> String? = { _, _ in nil }
        /// For LMTP: a reply for each recipient.
        var dotReplies: [String] = []
        /// Closes the connection after so many messages, without a word.
        var messagesUntilClose = Int.max
        /// Says 421 after so many messages, and closes.
        var messagesUntilGoodBye = Int.max
    }

    /// A message as it was taken.
    struct Message: Sendable {
        let sender: String
        let recipients: [String]
        let content: [UInt8]
        let isSecure: Bool
    }

    struct Log: Sendable {
        var connections = 0
        var commands: [String] = []
        /// The commands that came in clear.
        var clear: [String] = []
        var messages: [Message] = []
    }

    private let log = Mutex(Log())
    private let script: Mutex<Script>
    private let channel = Mutex<(any Channel)?>(nil)
    let port: Int
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    var seen: Log { log.withLock { $0 } }
    func change(_ body: @Sendable (inout sending Script) -> Void) { script.withLock { body(&$0) } }

    /// Listens at an address of the loopback network, or at a Unix socket.
    init(_ address: String = "127.0.0.1", port: Int = 0, unixPath: String? = nil, _ script: Script = Script())
        async throws
    {
        self.script = Mutex(script)
        let holder = Holder()
        let bootstrap = ServerBootstrap(group: Self.group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let server = holder.server.withLock({ $0.value }) else { throw TestProblem("server is gone") }
                    try channel.pipeline.syncOperations.addHandler(ScriptedSession(server))
                }
            }
        let channel: any Channel
        if let unixPath {
            channel = try await bootstrap.bind(unixDomainSocketPath: unixPath, cleanupExistingSocketFile: true).get()
        } else {
            channel = try await bootstrap.bind(host: address, port: port).get()
        }
        self.port = channel.localAddress?.port ?? 0
        self.channel.withLock { $0 = channel }
        holder.server.withLock { $0.value = self }
        Self.all.withLock { $0.append(self) }
    }

    /// They listen until the tests are over.
    private static let all = Mutex<[ScriptedServer]>([])

    func stop() async throws { try await channel.withLock { $0 }?.close().get() }

    var current: Script {
        script.withLock { $0 }
    }

    func note(_ body: @Sendable (inout sending Log) -> Void) { log.withLock { body(&$0) } }

    private final class Holder: Sendable {
        struct Weak: Sendable { weak var value: ScriptedServer? }
        let server = Mutex(Weak())
    }
}

/// One connection of a ``ScriptedServer``.
private final class ScriptedSession: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: ScriptedServer
    private let script: ScriptedServer.Script
    private var input: [UInt8] = []
    private var isSecure = false
    private var isSilent = false
    private var isBroken = false
    private var isInContent = false
    private var sender = ""
    private var recipients: [String] = []
    private var messages = 0

    init(_ server: ScriptedServer) {
        self.server = server
        script = server.current
    }

    func channelActive(context: ChannelHandlerContext) {
        server.note { $0.connections += 1 }
        if script.greeting.isEmpty {
            context.close(promise: nil)
        } else if script.greeting != "…" {
            send(script.greeting, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isBroken else { return send("this is no TLS", context) }
        input += Array(unwrapInboundIn(data).readableBytesView)
        while takeOne(context) {}
    }

    private func takeOne(_ context: ChannelHandlerContext) -> Bool {
        if isInContent {
            let end = Array("\r\n.\r\n".utf8)
            let isEmpty = input.starts(with: Array(".\r\n".utf8))
            guard isEmpty || input.count >= end.count,
                let place = isEmpty ? -2 : (0...(input.count - 5)).first(where: { input[$0...].starts(with: end) })
            else { return false }
            let content = isEmpty ? [] : Array(input[..<(place + 2)])
            input.removeFirst(place + 5)
            isInContent = false
            finish(content, context)
            return true
        }
        guard let end = input.firstIndex(of: 0x0A) else { return false }
        let line = String(decoding: input[..<end].filter { $0 != 0x0D }, as: UTF8.self)
        input.removeFirst(end + 1)
        let isSecure = isSecure
        server.note { log in
            log.commands.append(line)
            if !isSecure { log.clear.append(line) }
        }
        command(line, context)
        return true
    }

    private func finish(_ content: [UInt8], _ context: ChannelHandlerContext) {
        messages += 1
        let text = script.reply(".", "")
        if (text ?? "250").hasPrefix("2") {
            let message = ScriptedServer.Message(
                sender: sender, recipients: recipients, content: Self.unstuffed(content), isSecure: isSecure)
            server.note { $0.messages.append(message) }
        }
        if script.dotReplies.isEmpty {
            answer(text ?? "250 2.0.0 taken", context)
        } else {
            for reply in script.dotReplies.prefix(max(recipients.count, 1)) { answer(reply, context) }
        }
        if messages >= script.messagesUntilGoodBye { send("421 4.4.2 idle for too long", context) }
        if messages >= min(script.messagesUntilClose, script.messagesUntilGoodBye) { context.close(promise: nil) }
        recipients = []
    }

    private static func unstuffed(_ content: [UInt8]) -> [UInt8] {
        var (octets, isAtStart): ([UInt8], Bool) = ([], true)
        for byte in content {
            if isAtStart, byte == UInt8(ascii: ".") {
                isAtStart = false
                continue
            }
            octets.append(byte)
            isAtStart = byte == 0x0A
        }
        return octets
    }

    private func command(_ line: String, _ context: ChannelHandlerContext) {
        let verb = String(line.prefix { $0 != " " && $0 != ":" }).uppercased()
        let scripted = script.reply(verb, line)
        switch verb {
        case "EHLO", "LHLO":
            var keywords = script.keywords
            if case .none = script.tls {} else if !isSecure { keywords.append("STARTTLS") }
            let lines = ["mx.test"] + keywords
            let usual = lines.enumerated().map { "250\($0.offset + 1 == lines.count ? " " : "-")\($0.element)" }
            answer(scripted ?? script.ehlo ?? usual.joined(separator: "\r\n"), context)
        case "STARTTLS": startTLS(context)
        case "MAIL":
            let reply = scripted ?? "250 2.1.0 ok"
            sender = reply.hasPrefix("2") || reply == "…" ? line : ""
            answer(reply, context)
        case "RCPT":
            let reply = sender.isEmpty ? "503 5.5.1 no sender" : scripted ?? "250 2.1.5 ok"
            if reply.hasPrefix("2") { recipients.append(line) }
            answer(reply, context)
        case "DATA":
            let reply = scripted ?? (recipients.isEmpty ? "554 5.5.1 no recipients" : "354 go on")
            isInContent = reply.hasPrefix("354")
            answer(reply, context)
        case "RSET":
            recipients = []
            answer(scripted ?? "250 2.0.0 ok", context)
        case "QUIT":
            send("221 2.0.0 bye", context)
            context.close(promise: nil)
        case "AUTH": answer(scripted ?? "235 2.7.0 ok", context)
        default: answer(scripted ?? "500 5.5.2 what?", context)
        }
    }

    private func startTLS(_ context: ChannelHandlerContext) {
        switch script.tls {
        case .none: send("502 5.5.1 no", context)
        case .answered(let reply): answer(reply, context)
        case .injecting(let text): send("220 go\r\n" + text, context)
        case .broken:
            send("220 go", context)
            isBroken = true
        case .offered(let tls):
            send("220 go", context)
            isSecure = true
            try? context.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: tls), position: .first)
        }
    }

    private func answer(_ reply: String, _ context: ChannelHandlerContext) {
        if reply.isEmpty {
            context.close(promise: nil)
        } else if reply == "…" {
            // Also to what was sent in the same write: its reply would be taken for this one.
            isSilent = true
        } else if !isSilent {
            send(reply, context)
        }
    }

    private func send(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
    }
}
