import NIOCore
import NIOPosix
import SMTP

/// Makes TCP and Unix socket connections.
struct Connector {
    let configuration: ClientConfiguration
    let group: any EventLoopGroup

    /// A connection that isn't read yet.
    func connect(to server: ServerAddress) async throws(SMTPClientError) -> any Channel {
        var bootstrap = ClientBootstrap(group: group)
            .connectTimeout(TimeAmount(configuration.timeouts.connect))
            .channelOption(.autoRead, value: false)
        if let local = configuration.localAddress { bootstrap = bootstrap.bind(to: local) }
        do {
            switch server {
            case .host(let name, let port):
                // A group of commands is one write: nothing is gained by waiting for more.
                return try await bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .connect(host: name, port: port).get()
            case .address(let address, _):
                if case .unixDomainSocket = address { return try await bootstrap.connect(to: address).get() }
                return try await bootstrap.channelOption(.tcpOption(.tcp_nodelay), value: 1).connect(to: address).get()
            case .unix(let path):
                return try await bootstrap.connect(unixDomainSocketPath: path).get()
            }
        } catch {
            throw Self.failure(error)
        }
    }

    private static func failure(_ error: any Error) -> SMTPClientError {
        switch error {
        case ChannelError.connectTimeout:
            return SMTPClientError(stage: .connect, kind: .timeout, reason: .timedOut, underlying: error)
        case let error as NIOConnectionError where error.connectionErrors.isEmpty:
            return SMTPClientError(stage: .connect, kind: .transient, reason: .resolution, underlying: error)
        case let error as NIOConnectionError
        where error.connectionErrors.allSatisfy({
            if case ChannelError.connectTimeout = $0.error { true } else { false }
        }):
            return SMTPClientError(stage: .connect, kind: .timeout, reason: .timedOut, underlying: error)
        default:
            return SMTPClientError(stage: .connect, kind: .transient, reason: .connection, underlying: error)
        }
    }
}
