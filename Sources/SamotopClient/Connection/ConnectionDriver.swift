import NIOCore
import SMTP

/// What a connection's owner holds of it: the way to its handler from any thread.
struct ConnectionDriver: Sendable {
    let channel: any Channel
    let status: ConnectionStatus
    private let handler: NIOLoopBound<ConnectionHandler>

    /// Puts a handler on a channel that isn't read yet.
    static func start(
        on channel: any Channel, _ server: ServerAddress, _ configuration: ClientConfiguration, _ tls: TLSPreparation?
    ) async throws(SMTPClientError) -> ConnectionDriver {
        do {
            return try await channel.eventLoop.submit {
                let handler = ConnectionHandler(
                    ClientSession.Configuration(configuration, local: channel.localAddress),
                    timeouts: configuration.timeouts, tls: tls, serverName: tls?.name(for: server),
                    transcript: configuration.transcript)
                try channel.pipeline.syncOperations.addHandler(handler)
                return ConnectionDriver(
                    channel: channel, status: handler.status,
                    handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
            }.get()
        } catch {
            channel.close(promise: nil)
            throw SMTPClientError(stage: .connect, kind: .transient, reason: .connection, underlying: error)
        }
    }

    /// Carries out a wish and waits for its answer. Cancellation closes the connection, if the wish had begun.
    func carryOut(_ wish: ConnectionWish) async throws(SMTPClientError) -> ConnectionAnswer {
        let ticket = WishTicket()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let loop = channel.eventLoop
                if loop.inEventLoop {
                    handler.value.carryOut(wish, ticket) { continuation.resume(returning: $0) }
                } else {
                    loop.execute { handler.value.carryOut(wish, ticket) { continuation.resume(returning: $0) } }
                }
            }
        } onCancel: {
            ticket.cancel()
            channel.eventLoop.execute { handler.value.cancel(ticket) }
        }
        return try result.get()
    }
}

extension ClientSession.Configuration {
    /// The session machine's part of a client's configuration.
    init(_ configuration: ClientConfiguration, local: SocketAddress?) {
        let encryption: ClientSession.Encryption =
            switch configuration.tls.mode {
            case .none: .none
            case .opportunistic: .opportunistic
            case .required: .required
            case .implicit: .active
            }
        self.init(hello: configuration.hello ?? Domain(local: local), encryption: encryption)
        dialect = configuration.dialect
        pipelining = configuration.pipelining
        chunking = configuration.chunking
        longLines = configuration.longLines
        replyLimits = configuration.replyLimits
    }
}

extension Domain {
    /// RFC 5321 §4.1.4: what has no name says its address; on a Unix socket it is the machine itself.
    init(local: SocketAddress?) {
        switch local {
        case .v4(let v4):
            // sockaddr_in: family and port take four octets.
            let octets = withUnsafeBytes(of: v4.address) { Array($0[4..<8]) }
            self = .literal(.ipv4(octets[0], octets[1], octets[2], octets[3]))
        case .v6(let v6):
            // sockaddr_in6: family, port and flow information take eight octets.
            self = .literal(.ipv6(withUnsafeBytes(of: v6.address) { Array($0[8..<24]) }))
        default:
            self = DomainName("localhost").map(Domain.name) ?? .literal(.ipv4(127, 0, 0, 1))
        }
    }
}
