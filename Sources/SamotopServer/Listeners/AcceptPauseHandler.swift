import NIOCore

/// Accepts nothing for a second when an accept failed for want of descriptors or memory.
///
/// The connection that could not be accepted keeps the socket readable: without a pause the event loop would spin.
/// NIO's `AcceptBackoffHandler` holds back read events, which doesn't help on a socket that is registered for reading.
final class AcceptPauseHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private var isPaused = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError, !isPaused else { return }
        isPaused = true
        let channel = context.channel
        channel.setOption(.autoRead, value: false).whenFailure { _ in }
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in
            self?.isPaused = false
            channel.setOption(.autoRead, value: true).whenFailure { _ in }
        }
    }
}
