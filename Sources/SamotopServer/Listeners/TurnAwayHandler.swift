import NIOCore

/// Says one reply as soon as the connection carries words, and closes it.
final class TurnAwayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let reply: [UInt8]

    init(_ reply: [UInt8]) { self.reply = reply }

    // An accepted connection gets its handlers before it is active, and can't be written to until then.
    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { say(context) }
    }

    func channelActive(context: ChannelHandlerContext) { say(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    private func say(_ context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: reply)), promise: written)
    }
}
