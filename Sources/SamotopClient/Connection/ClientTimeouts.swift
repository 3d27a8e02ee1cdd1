/// How long a client waits at each stage. The defaults are the minima of RFC 5321 §4.5.3.2, but for what it doesn't name.
///
/// A time is for the whole reply, however it trickles in; pipelined replies have a time each.
public struct ClientTimeouts: Sendable, Hashable {
    /// For the connection to be made, all addresses together.
    public var connect: Duration = .seconds(30)
    /// For the TLS handshake.
    public var handshake: Duration = .seconds(30)
    /// §4.5.3.2.1: for the greeting.
    public var greeting: Duration = .seconds(300)
    /// For the reply to EHLO, HELO, LHLO and STARTTLS.
    public var hello: Duration = .seconds(300)
    /// For each reply of AUTH.
    public var authentication: Duration = .seconds(120)
    /// §4.5.3.2.2: for the reply to MAIL, and to RSET.
    public var mail: Duration = .seconds(300)
    /// §4.5.3.2.3: for the reply to RCPT.
    public var recipient: Duration = .seconds(300)
    /// §4.5.3.2.4: for the reply to DATA.
    public var data: Duration = .seconds(120)
    /// §4.5.3.2.5: for the server to take a block of content (256 KiB at most), and for the caller's source to bring one.
    public var block: Duration = .seconds(180)
    /// §4.5.3.2.6: for the reply to the end of the content.
    public var end: Duration = .seconds(600)
    /// For the reply to a command that the caller gave.
    public var command: Duration = .seconds(300)
    /// For the reply to QUIT.
    public var quit: Duration = .seconds(10)
    /// For a whole transaction, from MAIL to the last reply: what bounds a server that always answers in the last moment.
    public var transaction: Duration = .seconds(7200)

    /// The defaults.
    public init() {}

    /// The same time for every stage, and the transaction.
    public init(each time: Duration) {
        connect = time
        handshake = time
        greeting = time
        hello = time
        authentication = time
        mail = time
        recipient = time
        data = time
        block = time
        end = time
        command = time
        quit = time
        transaction = time
    }
}
