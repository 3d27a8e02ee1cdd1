import NIOCore
import NIOHTTP1
import NameResolution
import TransportSecurity

/// Answers one request for a policy (RFC 8461 §3.3) or for what else there is, then ends the connection.
final class PolicyResponder: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    static let path = "/.well-known/mta-sts.txt"

    private let server: MTASTSPolicyServer
    private var hasAnswered = false
    /// A POST whose body is coming; OctetLimit bounds it.
    private var waiting: HTTPRequestHead?
    private var body: [UInt8] = []

    init(of server: MTASTSPolicyServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request):
            if request.method == .POST, server.hasPages { waiting = request } else { answer(request, context) }
        case .body(let part): if waiting != nil { body += part.readableBytesView }
        case .end: if let waiting { answer(waiting, body: body, context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !hasAnswered, context.channel.isActive else { return context.close(promise: nil) }
        switch error {
        case HTTPSFetchError.tooLong: send(.requestHeaderFieldsTooLarge, context)
        case is HTTPParserError: send(.badRequest, context)
        // TLS failed, or the connection: nobody could read an answer.
        default: context.close(promise: nil)
        }
    }

    private func answer(_ request: HTTPRequestHead, body: [UInt8]? = nil, _ context: ChannelHandlerContext) {
        guard !hasAnswered else { return }
        guard request.method == .GET || request.method == .HEAD || body != nil else {
            return send(.methodNotAllowed, fields: [("allow", "GET, HEAD")], context)
        }
        // RFC 9112 §3.2: one Host field, no more.
        let hosts = request.headers["host"]
        guard hosts.count == 1, let host = hosts.first.flatMap(Self.name) else { return send(.badRequest, context) }
        let isHead = request.method == .HEAD
        if request.uri == Self.path, body == nil, let file = server.file(of: host) {
            return send(.ok, file: ServedFile(file, contentType: "text/plain; charset=utf-8"), isHead: isHead, context)
        }
        let path = String(request.uri.prefix { $0 != "?" })
        if let page = server.page(PageRequest(host: host, path: path, body: body)) {
            return send(.ok, file: ServedFile(page.body, contentType: page.contentType), isHead: isHead, context)
        }
        guard let others = server.others, body == nil else { return send(.notFound, isHead: isHead, context) }
        hasAnswered = true
        let (loop, uri) = (context.eventLoop, request.uri)
        let this = NIOLoopBound((responder: self, context: context), eventLoop: loop)
        Task {
            let file = await others.file(at: uri, of: host)
            loop.execute {
                let (responder, context) = this.value
                guard context.channel.isActive else { return }
                responder.send(file == nil ? .notFound : .ok, file: file, isHead: isHead, context)
            }
        }
    }

    /// The host without its port.
    private static func name(_ field: String) -> DNSName? {
        let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count == 1 || UInt16(parts[1]) != nil else { return nil }
        return DNSName(String(first)).flatMap { $0.isHostName ? $0 : nil }
    }

    /// - Parameter file: nil: the status stands for itself.
    private func send(
        _ status: HTTPResponseStatus, file: ServedFile? = nil, isHead: Bool = false, fields: [(String, String)] = [],
        _ context: ChannelHandlerContext
    ) {
        hasAnswered = true
        let body = file?.octets ?? Array("\(status.code) \(status.reasonPhrase)\r\n".utf8)
        // Senders don't cache by HTTP's rules (RFC 8461 §3.3); what stands between must not serve an old policy to them.
        let headers = HTTPHeaders(
            [
                ("content-type", file?.contentType ?? "text/plain; charset=utf-8"), ("content-length", "\(body.count)"),
                ("cache-control", file == nil ? "no-store" : "no-cache"), ("x-content-type-options", "nosniff"),
                ("connection", "close"),
            ] + (file?.isForEveryOrigin == true ? [("access-control-allow-origin", "*")] : []) + fields)
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        if !isHead { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil) }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }
}
