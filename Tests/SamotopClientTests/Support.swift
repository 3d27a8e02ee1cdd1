import NIOCore
import NIOPosix
import SMTP
import Testing

@testable import SamotopClient

/// A transaction of `a@our.test` to so many recipients.
func transaction(_ recipients: String..., from sender: String = "a@our.test") -> MailTransaction {
    MailTransaction(from: sender, to: recipients) ?? MailTransaction(from: .null, to: [])
}

extension ClientConfiguration {
    /// For tests: in clear but for what is changed.
    static func test(_ tls: ClientTLS = .none, _ change: (inout ClientConfiguration) -> Void = { _ in })
        -> ClientConfiguration
    {
        var configuration = ClientConfiguration(tls: tls)
        configuration.hello = Domain("client.our.test")
        change(&configuration)
        return configuration
    }
}

extension ScriptedServer {
    var address: ServerAddress { .host("127.0.0.1", port: port) }

    /// A server on the loopback interface that is known by a name.
    func named(_ name: String = "mx.out.test") throws -> ServerAddress {
        .address(try SocketAddress(ipAddress: "127.0.0.1", port: port), name: name)
    }

    func connect(_ configuration: ClientConfiguration = .test(), to address: ServerAddress? = nil)
        async throws(SMTPClientError) -> SMTPConnection
    {
        try await SMTPConnection.connect(
            to: address ?? self.address, configuration: configuration, on: MultiThreadedEventLoopGroup.singleton)
    }
}

/// The error that a client throws.
func failure<Value>(_ body: () async throws(SMTPClientError) -> Value) async -> SMTPClientError? {
    do throws(SMTPClientError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// Content in slices, as a blocking source brings it.
struct SliceReader: MessageContent.Reader {
    var slices: [[UInt8]]
    var failsAtEnd = false

    struct Broken: Error {}

    mutating func read(upTo maximum: Int) throws -> [UInt8] {
        guard !slices.isEmpty else {
            if failsAtEnd { throw Broken() }
            return []
        }
        return slices.removeFirst()
    }
}
