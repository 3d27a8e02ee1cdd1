public import NIOCore
public import SMTP

/// One connection to an SMTP or LMTP server, after its greeting, EHLO, TLS and authentication.
///
/// Messages go one after the other; a call that comes while another one is under way fails with ``SMTP/ClientFault/badSequence``.
/// A task that is cancelled while it waits closes the connection. ``close()`` or ``quit()`` ends it; a connection that is
/// forgotten is closed.
public final class SMTPConnection: Sendable {
    /// The server's 220.
    public let greeting: ServerReply
    /// What the server offers now: what EHLO said after TLS and authentication.
    public let capabilities: ServerCapabilities
    /// TLS, if the connection has it.
    public let tls: PeerTLS?
    /// The address that was connected to.
    public let remoteAddress: SocketAddress?

    init() { fatalError() }

    /// Connects, reads the greeting, says EHLO, secures and authenticates as configured.
    public static func connect(
        to server: ServerAddress, configuration: ClientConfiguration, on group: any EventLoopGroup
    ) async throws(SMTPClientError) -> SMTPConnection { fatalError() }

    /// Whether another message can be sent: the connection is open, its state is known, and the server hasn't reached the number
    /// of messages it announced (LIMITS, RFC 9422).
    public var isReusable: Bool { fatalError() }

    /// Sends a message and brings what became of each recipient.
    ///
    /// - Throws: when there is no answer for every recipient: the connection or the source broke, time ran out, or the message
    ///   needs what the server lacks (then nothing was sent, and the connection can go on).
    public func send(_ transaction: MailTransaction, _ content: MessageContent) async throws(SMTPClientError) -> SendResult {
        fatalError()
    }

    /// Sends a command that has one reply, such as `VRFY` or `NOOP`, without its CRLF.
    ///
    /// EHLO, HELO, LHLO, STARTTLS, AUTH, DATA, BDAT and QUIT change what the connection has to know of and are refused.
    public func command(_ line: [UInt8]) async throws(SMTPClientError) -> ServerReply { fatalError() }

    /// Asks the server whether it is still there: NOOP.
    public func test() async throws(SMTPClientError) { fatalError() }

    /// Says QUIT, waits for the reply, closes. Never fails: there is nothing to lose.
    public func quit() async { fatalError() }

    /// Closes without a word.
    public func close() { fatalError() }
}
