import Logging
import NIOCore
import NIOPosix
import SamotopCore
import SamotopSubmission
import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The socket where other programs on this machine have our accounts authenticated, by Dovecot's protocol.
struct AuthSocketServing: Service {
    /// Clients at the same time: each process of another server keeps one.
    static let maximumConnections = 1_000

    private let channel: any Channel

    /// Begins to listen.
    init(on socket: ListeningSocket, _ authenticator: any Authenticator) async throws {
        let numbers = Numbers()
        let connections = ConnectionCount(limit: Self.maximumConnections)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard connections.admit(channel) else { return channel.close(promise: nil) }
                    let session = AuthSocketSession(authenticator, number: numbers.next())
                    try channel.pipeline.syncOperations.addHandler(AuthLineHandler(session))
                }
            }
            .withBoundSocket(socket.descriptor)
            .get()
    }

    func run() async throws { await channel.serveUntilShutdown() }
}

/// Cuts what comes into lines.
private final class AuthLineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Lines that wait to be taken; a client that sends more at once is no program of this protocol.
    private static let longestQueue = 4 * AuthSocketSession.maximumExchanges

    private let session: AuthSocketSession
    private let lines: AsyncStream<[UInt8]>
    private let next: AsyncStream<[UInt8]>.Continuation
    private var rest: [UInt8] = []

    init(_ session: AuthSocketSession) {
        self.session = session
        (lines, next) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.longestQueue))
    }

    func channelActive(context: ChannelHandlerContext) {
        Self.begin(session, lines, on: context.channel)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        rest += unwrapInboundIn(data).readableBytesView
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            guard end <= AuthSocketSession.longestLine, case .enqueued = next.yield(Array(rest[..<end])) else {
                return context.close(promise: nil)
            }
            rest.removeFirst(end + 1)
        }
        if rest.count > AuthSocketSession.longestLine { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        next.finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private static func begin(_ session: AuthSocketSession, _ lines: AsyncStream<[UInt8]>, on channel: any Channel) {
        Task { await serve(session, lines, on: channel) }
    }

    /// Takes lines in their order; a password that is being checked holds up no other line.
    private static func serve(
        _ session: AuthSocketSession, _ lines: AsyncStream<[UInt8]>, on channel: any Channel
    ) async {
        await send(await session.greeting(process: getpid()).joined(separator: "\n"), on: channel)
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await line in lines {
                guard let step = try? await session.take(line) else { break }
                switch step {
                case .nothing: break
                case .answer(let answer): await send(answer, on: channel)
                case .check(let check):
                    // Whoever doesn't read its answers is asked nothing more.
                    if running >= AuthSocketSession.maximumExchanges { await group.next() } else { running += 1 }
                    group.addTask { await send(await session.answer(check), on: channel) }
                }
            }
        }
        channel.close(promise: nil)
    }

    private static func send(_ line: String, on channel: any Channel) async {
        try? await channel.writeAndFlush(channel.allocator.buffer(string: line + "\n"))
    }
}

/// Clients' numbers.
private final class Numbers: Sendable {
    private let last = Atomic<UInt32>(0)

    func next() -> UInt32 { last.wrappingAdd(1, ordering: .relaxed).newValue }
}
