public import NIOCore
public import SMTP

/// How a client speaks to a server.
public struct ClientConfiguration: Sendable {
    /// The name in EHLO. Nil: the address literal of the connection's own address (RFC 5321 §4.1.4).
    public var hello: Domain?
    /// SMTP or LMTP.
    public var dialect: ClientSession.Dialect = .smtp
    /// TLS.
    public var tls: ClientTLS
    /// Time-outs of each stage.
    public var timeouts = ClientTimeouts()
    /// When content goes in chunks (RFC 3030) instead of DATA.
    public var chunking: ClientSession.Chunking = .whenNeeded
    /// Whether lines of more than 998 octets are refused or sent as they are.
    public var longLines: ClientSession.LongLines = .refuse
    /// Whether several commands are sent at once to servers that offer PIPELINING (RFC 2920).
    public var pipelining = true
    /// Bounds on what a server may say.
    public var replyLimits = ReplyParser.Limits()
    /// Authenticates after EHLO. Nil: doesn't.
    public var authentication: Authentication?
    /// Told of everything that is said, on the connection's event loop: return quickly and never block. Nil: nobody.
    public var transcript: (@Sendable (ClientTranscript) -> Void)?
    /// The local address to connect from. Nil: the system chooses.
    public var localAddress: SocketAddress?

    /// The defaults, with TLS as said: there is no default for that.
    public init(tls: ClientTLS) { self.tls = tls }
}
