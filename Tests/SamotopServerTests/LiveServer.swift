import NIOSSL
import SamotopCore
import Synchronization
import Testing

@testable import SamotopServer

/// A server on loopback sockets.
final class LiveServer: Sendable {
    let server: SMTPServer
    let addresses: [String: String]
    private let task: Task<Void, any Error>

    private init(_ server: SMTPServer, _ task: Task<Void, any Error>, _ addresses: [String: String]) {
        self.server = server
        self.task = task
        self.addresses = addresses
    }

    deinit { task.cancel() }

    /// Listens on free ports, or throws what the server throws.
    static func start(
        _ service: MailService, on listeners: [Listener] = [.loopback()], limits: ConnectionLimits = .none,
        grace: Duration = .seconds(60), threads: Int = 2
    ) async throws -> LiveServer {
        let (ready, news) = AsyncStream.makeStream(of: [String: String].self)
        let server = SMTPServer(service, on: listeners, limits: limits, grace: grace, threads: threads) {
            news.yield($0)
        }
        let task = Task {
            defer { news.finish() }
            try await server.run()
        }
        for await addresses in ready { return LiveServer(server, task, addresses) }
        try await task.value
        throw CancellationError()
    }

    /// Where the listener listens.
    func address(_ name: String = "mx") throws -> String { try #require(addresses[name]) }

    /// A new client of a listener.
    func connect(_ name: String = "mx", from source: String? = nil, receiveBuffer: Int32? = nil) async throws
        -> SocketClient
    {
        try await SocketClient.connect(try address(name), from: source, receiveBuffer: receiveBuffer)
    }

    /// Begins the shutdown.
    func beginStop() { task.cancel() }

    /// Shuts down and waits for the end.
    func stop() async throws {
        task.cancel()
        try await task.value
    }

    /// Returns when no client is connected; false when that takes more than a minute.
    func isDeserted() async throws -> Bool {
        for _ in 0..<6_000 {
            if server.connectionCount == 0 { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}

extension Listener {
    /// A free port of 127.0.0.1.
    static func loopback(
        _ name: String = "mx", host: String = "127.0.0.1", security: Security = .none, role: Role = .mx,
        proxyProtocolFrom: [String] = [], timeouts: Timeouts = .patient
    ) -> Listener {
        var listener = Listener(name, at: .tcp(host: host, port: 0), role: role, security: security)
        listener.proxyProtocolFrom = proxyProtocolFrom.compactMap { IPNetwork($0) }
        listener.timeouts = timeouts
        return listener
    }
}

extension Timeouts {
    /// For a machine that has other things to do: what tests of time are about is simulated.
    static var patient: Timeouts {
        var timeouts = Timeouts()
        timeouts.command = .seconds(3_600)
        timeouts.dataBlock = .seconds(3_600)
        timeouts.handshake = .seconds(3_600)
        timeouts.write = .seconds(3_600)
        timeouts.minimumRate = 0
        return timeouts
    }
}

extension ConnectionLimits {
    /// As many as the machine can.
    static var none: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.total = .max
        limits.perAddress = .max
        limits.perNetwork = .max
        limits.reserved = 0
        return limits
    }
}
