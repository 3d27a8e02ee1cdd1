/// How many connections a client keeps.
public struct PoolConfiguration: Sendable, Hashable {
    /// Connections at a time; who comes when all are in use waits.
    public var maximumConnections = 10
    /// Idle connections that stay open however long nobody needs them; ``SMTPClient/warmUp()`` opens them.
    public var minimumIdle = 0
    /// How long a connection beyond these stays idle. Servers wait five minutes or less (RFC 5321 §4.5.3.2.7).
    public var idleTimeout: Duration = .seconds(60)
    /// Messages that one connection carries before it is closed.
    public var maximumMessages = 1000
    /// Callers that may wait for a connection; one more fails at once.
    public var maximumWaiting = 10_000

    /// The defaults.
    public init() {}
}
