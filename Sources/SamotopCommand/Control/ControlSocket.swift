import NIOCore
import NIOPosix
import ServiceLifecycle

/// Where a running server takes commands: a socket in its state folder, which only its own user can reach. A line asks, a line
/// answers: `OK …` or `NO …`.
struct ControlSocket: Service {
    /// Octets of a line at most.
    static let longestLine = 1_000

    let path: String
    let answer: @Sendable (_ command: [Substring]) -> String

    func run() async throws {
        let answer = answer
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LineHandler(answer: answer))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
            .get()
        await cancelWhenGracefulShutdown {
            await withTaskCancellationHandler {
                try? await channel.closeFuture.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        }
    }
}

/// Takes one line, answers it, and closes.
private final class LineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: @Sendable ([Substring]) -> String
    private var line: [UInt8] = []

    init(answer: @escaping @Sendable ([Substring]) -> String) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        line += unwrapInboundIn(data).readableBytesView
        guard line.count <= ControlSocket.longestLine else { return context.close(promise: nil) }
        guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else { return }
        let words = String(decoding: line[..<end], as: UTF8.self).split(separator: " ")
        let reply = context.channel.allocator.buffer(string: answer(words) + "\n")
        context.writeAndFlush(wrapOutboundOut(reply)).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
