import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS
import NameResolution
import TransportSecurity

/// One request and its response: sent once the server is known to be the right one; then the connection ends.
///
/// A body without a length ends with the connection: NIOSSL reports an end that TLS didn't announce as an error before that, so that
/// nobody can shorten a policy.
final class HTTPSExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: HTTPSRequest
    private let port: Int
    /// Octets of the body at most.
    private let limit: Int
    private let tls: NIOSSLClientHandler
    private let answer: EventLoopPromise<HTTPSResponse>
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var isDone = false

    init(
        _ request: HTTPSRequest, port: Int, limit: Int, over tls: NIOSSLClientHandler,
        answer: EventLoopPromise<HTTPSResponse>
    ) {
        self.request = request
        self.port = port
        self.limit = limit
        self.tls = tls
        self.answer = answer
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
            guard let certificate = try? tls.peerCertificate?.toDERBytes(),
                ServerIdentity.isNamed(request.host, in: certificate)
            else { return finish(.failure(.certificate), context) }
            send(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func send(_ context: ChannelHandlerContext) {
        let host = request.host.text.lowercased()
        let headers: HTTPHeaders = [
            "host": port == 443 ? host : "\(host):\(port)", "user-agent": "samotop", "accept": "text/plain",
            "connection": "close",
        ]
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: request.path, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            guard head.status == .ok else { return succeed(context) }
            if let length = head.headers.first(name: "content-length").flatMap(Int.init), length > limit {
                finish(.failure(.tooLong), context)
            }
        case .body(let part):
            guard part.readableBytes <= limit - body.count else { return finish(.failure(.tooLong), context) }
            body += part.readableBytesView
        case .end: succeed(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failure(HTTPSFetchError(error)), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(.unreachable), context)
        context.fireChannelInactive()
    }

    /// Also when the connection could not be made.
    func handlerRemoved(context: ChannelHandlerContext) { finish(.failure(.unreachable), context) }

    private func succeed(_ context: ChannelHandlerContext) {
        guard let head else { return finish(.failure(.unreachable), context) }
        let type = head.headers.first(name: "content-type")
        finish(.success(HTTPSResponse(status: Int(head.status.code), contentType: type, body: body)), context)
    }

    private func finish(_ result: Result<HTTPSResponse, HTTPSFetchError>, _ context: ChannelHandlerContext) {
        guard !isDone else { return }
        isDone = true
        switch result {
        case .success(let response): answer.succeed(response)
        case .failure(let error): answer.fail(error)
        }
        context.close(promise: nil)
    }
}

extension HTTPSFetchError {
    /// What ended a connection.
    init(_ error: any Error) {
        if let known = error as? HTTPSFetchError {
            self = known
        } else if case .handshakeFailed(.sslError(let reasons)) = error as? NIOSSLError,
            // BoringSSL's own name for it; there is no other way to tell.
            reasons.contains(where: { $0.description.contains("CERTIFICATE_VERIFY_FAILED") })
        {
            self = .certificate
        } else {
            self = .unreachable
        }
    }
}
