import NIOCore
import SamotopCore

/// Reads the PROXY header of a connection from a trusted balancer, then hands the connection over and leaves the pipeline.
final class ProxyHeaderHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let timeout: TimeAmount
    private let completion: (ClientAddress?, any Channel) -> Void
    private let onEnd: () -> Void
    private var hasEnded = false
    private var bytes: [UInt8] = []
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - completion: called with the client's address, nil when the balancer speaks for itself; adds the session.
    ///   - onEnd: called once, before `completion` or when there never was a header.
    init(
        timeout: TimeAmount, completion: @escaping (ClientAddress?, any Channel) -> Void,
        onEnd: @escaping () -> Void = {}
    ) {
        self.timeout = timeout
        self.completion = completion
        self.onEnd = onEnd
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        end()
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        onEnd()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView
        switch ProxyHeader.read(bytes) {
        case .incomplete:
            return
        case .invalid:
            context.close(promise: nil)
        case .header(let header):
            let channel = context.channel
            let rest = channel.allocator.buffer(bytes: bytes.dropFirst(header.length))
            bytes = []
            end()
            completion(header.client, channel)
            let pipeline = channel.pipeline.syncOperations
            pipeline.removeHandler(self, promise: nil)
            // From the start of the pipeline, where a TLS handler may stand now: nothing may pass it by.
            if rest.readableBytes > 0 {
                pipeline.fireChannelRead(NIOAny(rest))
                pipeline.fireChannelReadComplete()
            }
        }
    }
}
