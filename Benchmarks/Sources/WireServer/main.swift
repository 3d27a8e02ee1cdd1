// Says what an SMTP server would say, and understands next to nothing: what sockets and event loops alone cost.
// Usage: WireServer PORT
import NIOCore
import NIOPosix

final class FixedWords: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var isReceiving = false
    private var tail: [UInt8] = []

    func channelActive(context: ChannelHandlerContext) { say("220 mx.example.test\r\n", context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let input = unwrapInboundIn(data).readableBytesView
        guard isReceiving else { return command(input.first, context) }
        tail = Array((tail + input.suffix(5)).suffix(5))
        guard tail.elementsEqual("\r\n.\r\n".utf8) else { return }
        isReceiving = false
        say("250 2.0.0 Ok\r\n", context)
    }

    private func command(_ first: UInt8?, _ context: ChannelHandlerContext) {
        switch first {
        case UInt8(ascii: "D"):
            isReceiving = true
            tail = []
            say("354 Go on\r\n", context)
        case UInt8(ascii: "Q"):
            say("221 2.0.0 Bye\r\n", context)
            context.close(promise: nil)
        default: say("250 2.0.0 Ok\r\n", context)
        }
    }

    private func say(_ words: StaticString, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(staticString: words)), promise: nil)
    }
}

let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 2525
let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
    .serverChannelOption(.backlog, value: 1024)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(FixedWords()) }
    }
    .bind(host: "127.0.0.1", port: port).get()
try await channel.closeFuture.get()
