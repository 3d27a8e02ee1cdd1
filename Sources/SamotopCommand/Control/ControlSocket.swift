import NIOCore
import NIOPosix
import ServiceLifecycle

/// Where a running server takes commands: a socket in its state folder, which only its own user can reach. A line asks (a verb, a
/// space, the rest), a line answers: `OK …` or `NO …`.
struct ControlSocket: Service {
    /// Answers what comes behind a verb; a throw is `NO`.
    typealias Answer = @Sendable (_ argument: Substring) async throws -> String

    /// Octets of a line at most.
    static let longestLine = 8_192

    private let channel: any Channel

    /// Listens: whoever asks from now on is answered.
    ///
    /// - Parameter answers: by their verbs.
    init(path: String, answers: [String: Answer]) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LineHandler(answers: answers))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
            .get()
    }

    func run() async throws { await channel.serveUntilShutdown() }
}

/// Takes one line, answers it, and closes.
private final class LineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answers: [String: ControlSocket.Answer]
    private var line: [UInt8] = []
    private var isAnswering = false

    init(answers: [String: ControlSocket.Answer]) { self.answers = answers }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isAnswering else { return }
        line += unwrapInboundIn(data).readableBytesView
        guard line.count <= ControlSocket.longestLine else { return context.close(promise: nil) }
        guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else { return }
        isAnswering = true
        let text = String(decoding: line[..<end], as: UTF8.self)
        Self.begin(text, answers, on: context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private static func begin(
        _ line: String, _ answers: [String: ControlSocket.Answer], on channel: any Channel
    ) {
        Task { await answer(line, answers, on: channel) }
    }

    private static func answer(_ line: String, _ answers: [String: ControlSocket.Answer], on channel: any Channel) async
    {
        let reply = await reply(to: line, answers)
        try? await channel.writeAndFlush(channel.allocator.buffer(string: reply + "\n"))
        channel.close(promise: nil)
    }

    private static func reply(to line: String, _ answers: [String: ControlSocket.Answer]) async -> String {
        let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard let answer = answers[String(parts[0])] else { return "NO this server knows no such command" }
        do {
            return "OK " + (try await answer(parts.count == 2 ? parts[1] : ""))
        } catch {
            return "NO " + OneLine.escaped((error as? ControlRefusal)?.words ?? "it failed: \(type(of: error))")
        }
    }
}

/// Why a command isn't carried out, for whoever gave it.
struct ControlRefusal: Error {
    let words: String
}
