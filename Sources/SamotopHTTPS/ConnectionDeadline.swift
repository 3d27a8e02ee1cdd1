package import NIOCore

/// Ends a connection when its time is over, whatever happens in it: a client that sends one octet a second holds nothing for long.
package final class ConnectionDeadline: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer

    private let time: TimeAmount
    private var timer: Scheduled<Void>?

    package init(_ time: TimeAmount) { self.time = time }

    package func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    package func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }
}
