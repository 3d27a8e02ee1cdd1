public import ACME
public import NIOCore
import NIOHTTP1
import NIOPosix
import SamotopHTTPS
import Synchronization

/// Answers the challenge http-01 (RFC 8555 §8.3) by plain HTTP, and nothing else: the files in `/.well-known/acme-challenge/` that an
/// authority was told of, for as long as it looks.
///
/// One request for each connection, by HTTP/1.1 or 1.0; 256 connections at a time, 8 KiB and 10 seconds for each.
public final class HTTPChallengeServer: ACMEChallengeResponder {
    /// Connections at a time; one more is closed at once.
    static let connections = 256
    /// Octets that a client may send.
    static let requestSize = 8 << 10
    /// Seconds for a connection.
    static let seconds: Int64 = 10
    static let folder = "/.well-known/acme-challenge/"

    private let answers = Mutex<[String: ACMEChallengeAnswer]>([:])
    private let open = Atomic(0)

    /// Knows no answer yet.
    public init() {}

    public var type: ACMEChallengeType { .http }

    public func present(_ answer: ACMEChallengeAnswer) async { answers.withLock { $0[answer.token] = answer } }

    public func withdraw(_ answer: ACMEChallengeAnswer) async { answers.withLock { $0[answer.token] = nil } }

    /// What is at a path; nil: nothing.
    func file(at path: String) -> String? {
        guard path.hasPrefix(Self.folder) else { return nil }
        return answers.withLock { $0[String(path.dropFirst(Self.folder.count))] }?.keyAuthorization
    }

    /// Takes over a socket that listens already.
    public func listen(descriptor: CInt, _ group: any EventLoopGroup) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .childChannelInitializer { [self] channel in
                guard enter() else { return channel.close() }
                channel.closeFuture.whenComplete { [self] _ in leave() }
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(ConnectionDeadline(.seconds(Self.seconds)))
                    try pipeline.addHandler(OctetLimit(Self.requestSize))
                    try pipeline.addHandler(HTTPResponseEncoder())
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
                    try pipeline.addHandler(ChallengeFile(of: self))
                }
            }
            .withBoundSocket(descriptor).get()
    }

    private func enter() -> Bool {
        guard open.add(1, ordering: .relaxed).newValue <= Self.connections else {
            leave()
            return false
        }
        return true
    }

    private func leave() { open.subtract(1, ordering: .relaxed) }
}

/// Answers one request, then ends the connection.
private final class ChallengeFile: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: HTTPChallengeServer
    private var hasAnswered = false

    init(of server: HTTPChallengeServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let request) = unwrapInboundIn(data), !hasAnswered else { return }
        hasAnswered = true
        let isRead = request.method == .GET || request.method == .HEAD
        let file = isRead ? server.file(at: request.uri) : nil
        let status: HTTPResponseStatus = file == nil ? (isRead ? .notFound : .methodNotAllowed) : .ok
        let body = ByteBuffer(string: file ?? "\(status.code) \(status.reasonPhrase)\r\n")
        let headers: HTTPHeaders = [
            "content-type": "application/octet-stream", "content-length": "\(body.readableBytes)",
            "cache-control": "no-store", "x-content-type-options": "nosniff", "connection": "close",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
