public import InternetMessage
public import SMTP

/// What is known about a session: read by guards, written into the trace field and the record.
public struct Session: Sendable {
    /// Unique in this process; 13 characters.
    public let id: String
    /// What the listener is for.
    public let role: Role
    /// Who connected (after PROXY protocol, if the listener trusts it).
    public var client: ClientAddress
    /// TLS facts, once the session is encrypted.
    public var tls: TLSFacts?
    /// The argument of EHLO, HELO or LHLO.
    public var hello: HelloCommand?
    /// Evidence in RFC 8601's currency, appended by guards.
    public var evidence: [AuthenticationResult] = []
    /// Ill conduct that was noted and not refused.
    public var violations: Set<Violation> = []
    /// Every answer of every guard.
    public var record: [JudgementRecord] = []
    /// Folders that copies of this message are filed in instead of the inbox, by the mailbox's name. Set by guards at the message
    /// stage; says nothing about the next message. What is filed so is not forwarded: a recipient's ``Destination/remote(_:)`` goes.
    public var folders: [String: String] = [:]

    /// Who answers for what the client sends, when somebody of ours does: its mail may go out to other servers, and it isn't
    /// judged as a stranger.
    public var submitter: Submitter?

    /// Makes a session's facts.
    public init(id: String, role: Role, client: ClientAddress, tls: TLSFacts? = nil) {
        self.id = id
        self.role = role
        self.client = client
        self.tls = tls
    }
}

extension Session {
    /// Whether the client is to be judged as one that nobody knows. On a listener for submission nobody is: who hasn't
    /// authenticated does nothing there.
    var isStranger: Bool { submitter == nil && role != .submission }
}

/// What a listener is for.
public enum Role: String, Sendable, Hashable, CaseIterable {
    /// Mail from other MTAs (RFC 5321).
    case mx
    /// Mail from our own MTA (RFC 2033): a reply for each recipient.
    case lmtp
    /// Mail from our own users' programs (RFC 6409): who hasn't authenticated sends nothing.
    case submission
}

/// EHLO, HELO or LHLO, and its argument.
public struct HelloCommand: Sendable, Hashable {
    /// EHLO, HELO or LHLO.
    public let verb: CommandVerb
    /// What it said.
    public let domain: Domain

    /// Makes a hello.
    public init(verb: CommandVerb, domain: Domain) {
        self.verb = verb
        self.domain = domain
    }
}

/// The client's network address.
public enum ClientAddress: Sendable, Hashable {
    case ipv4([UInt8])
    case ipv6([UInt8])
    /// A Unix socket, or memory.
    case local
}

/// What is known of the session's TLS.
public struct TLSFacts: Sendable, Hashable {
    /// `TLSv1.2` or `TLSv1.3`.
    public var version: String
    /// The cipher suite by its IANA name, if the library tells it.
    public var cipher: String?
    /// The name the client asked for, if any.
    public var serverName: String?
    /// Our certificate in this session, DER, where it is known: what a client's channel binding is about (RFC 5929 §4).
    public var serverCertificate: [UInt8]?
    /// The client's certificate, DER, where it was asked for one and presented it. It has proved that it has the key, and nothing else.
    public var clientCertificate: [UInt8]?

    /// Makes TLS facts.
    public init(version: String, cipher: String? = nil, serverName: String? = nil) {
        self.version = version
        self.cipher = cipher
        self.serverName = serverName
    }
}
