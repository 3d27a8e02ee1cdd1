extension ClientSession {
    /// SMTP, or LMTP with a reply for each recipient (RFC 2033).
    public typealias Dialect = ServerSession.Dialect

    /// How the session machine behaves.
    public struct Configuration: Sendable {
        /// The name in EHLO.
        public var hello: Domain
        /// SMTP or LMTP.
        public var dialect: Dialect = .smtp
        /// Whether and when TLS is used.
        public var encryption: Encryption
        /// Whether commands are sent in groups to servers that offer PIPELINING (RFC 2920).
        public var pipelining = true
        /// When content goes in chunks.
        public var chunking: Chunking = .whenNeeded
        /// What becomes of text lines of more than 998 octets.
        public var longLines: LongLines = .refuse
        /// Bounds on replies.
        public var replyLimits = ReplyParser.Limits()

        /// The defaults.
        public init(hello: Domain, encryption: Encryption) {
            self.hello = hello
            self.encryption = encryption
        }
    }

    /// TLS, as the machine sees it.
    public enum Encryption: Sendable, Hashable {
        /// Not wanted.
        case none
        /// STARTTLS if it is offered and works.
        case opportunistic
        /// STARTTLS, or the session ends before anything is said of a message.
        case required
        /// The session is inside TLS.
        case active
    }

    /// When content goes in chunks (RFC 3030) instead of DATA.
    public enum Chunking: String, Sendable, Hashable, CaseIterable {
        /// For binary content: DATA is what servers are tested with.
        case whenNeeded
        /// Whenever the server offers it: saves the dots and the wait for 354.
        case whenOffered
        /// Never: binary content can't be sent.
        case never
    }

    /// What becomes of text lines of more than 998 octets (RFC 5321 §4.5.3.1.6).
    public enum LongLines: String, Sendable, Hashable, CaseIterable {
        /// The message is refused: servers may cut such lines, and a signature breaks with them.
        case refuse
        /// They are sent as they are.
        case send
    }
}
