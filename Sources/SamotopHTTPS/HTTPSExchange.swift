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

    private let call: HTTPSCall
    /// Nil: in clear, to a host that the operator named.
    private let tls: NIOSSLClientHandler?
    private let answer: EventLoopPromise<HTTPSReply>
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var isDone = false

    init(_ call: HTTPSCall, over tls: NIOSSLClientHandler?, answer: EventLoopPromise<HTTPSReply>) {
        self.call = call
        self.tls = tls
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        if tls == nil { send(context) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent {
            guard let certificate = try? tls?.peerCertificate?.toDERBytes(),
                ServerIdentity.isNamed(call.host, in: certificate)
            else { return finish(.failure(.certificate), context) }
            send(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func send(_ context: ChannelHandlerContext) {
        let host = call.host.text.lowercased()
        var headers: HTTPHeaders = [
            "host": call.hasUsualPort ? host : "\(host):\(call.port)", "user-agent": "samotop",
        ]
        for (name, value) in call.fields { headers.add(name: name, value: value) }
        headers.add(name: "connection", value: "close")
        if call.method == .POST { headers.add(name: "content-length", value: "\(call.body.count)") }
        let head = HTTPRequestHead(version: .http1_1, method: call.method, uri: call.path, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !call.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: call.body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            // Provisional ones say nothing.
            guard head.status.code >= 200 else { return }
            self.head = head
            guard head.status == .ok || call.takesEveryBody else { return succeed(context) }
            if let length = head.headers.first(name: "content-length").flatMap(Int.init), length > call.limit {
                finish(.failure(.tooLong), context)
            }
        case .body(let part):
            guard part.readableBytes <= call.limit - body.count else { return finish(.failure(.tooLong), context) }
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
        finish(.success(HTTPSReply(status: Int(head.status.code), fields: head.headers, body: body)), context)
    }

    private func finish(_ result: Result<HTTPSReply, HTTPSFetchError>, _ context: ChannelHandlerContext) {
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
