extension ServerSession {
    /// What the session machine offers and enforces.
    public struct Configuration: Sendable {
        /// The name in the greeting and in the reply to EHLO.
        public var hostName: DomainName
        /// SMTP, or LMTP with a reply for each recipient (RFC 2033).
        public var dialect: Dialect = .smtp
        /// Whether STARTTLS is offered, and whether mail is taken without TLS.
        public var encryption: Encryption = .unavailable
        /// Whether AUTH is there, and whether mail is taken without it.
        public var authentication: Authentication = .unavailable
        /// SASL mechanisms by their IANA names, best first; offered inside TLS only.
        public var mechanisms: [String] = []
        /// Authentications that may fail; the next AUTH ends the session with 421 4.7.0.
        public var maximumAuthenticationFailures = 3
        /// How late a client may have its message go out; nil: FUTURERELEASE isn't offered.
        public var futureRelease: FutureReleaseOffer?
        /// Whether DELIVERBY is offered (RFC 2852).
        public var offersDeliverBy = false
        /// Whether MT-PRIORITY is offered (RFC 6710).
        public var offersPriority = false
        /// Octets; the value of SIZE (RFC 1870).
        public var maximumMessageSize: UInt64 = 50 << 20
        /// Recipients of a transaction; the value of RCPTMAX (RFC 9422). At least 100 by RFC 5321 §4.5.3.1.8.
        public var maximumRecipients = 100
        /// Commands that may fail before the session ends with 421 4.7.0.
        public var maximumErrors = 10
        /// Commands that do nothing for a mail (NOOP, RSET, EHLO, VRFY, HELP, empty chunks) before the session ends with 421 4.7.0.
        public var maximumJunkCommands = 100
        /// How long the greeting is held back, so that early talkers show themselves.
        public var greetingDelay: Duration = .zero
        /// How long each error reply is held back.
        public var errorDelay: Duration = .zero
        /// Clients that speak before the greeting.
        public var earlyTalker: Treatment = .note
        /// Clients that send on where they have to wait (RFC 2920 §3.1).
        public var illegalPipelining: Treatment = .note
        /// Text lines of more than 998 octets.
        public var longLines: Treatment = .refuse

        /// Octets of a refused message that are read before the session ends all the same.
        var maximumOctetsRead: UInt64 {
            let (octets, overflow) = maximumMessageSize.addingReportingOverflow(maximumMessageSize | 16 << 20)
            return overflow ? .max : octets
        }

        /// The defaults, with a host name.
        public init(hostName: DomainName) { self.hostName = hostName }
    }

    /// What EHLO says of FUTURERELEASE (RFC 4865 §3).
    public struct FutureReleaseOffer: Sendable, Hashable {
        /// Seconds from now, 999,999,999 at most.
        public let maximumSeconds: UInt32
        /// The same as a moment: a `date-time` of RFC 3339.
        public let latest: String

        /// Makes an offer.
        public init(maximumSeconds: UInt32, latest: String) {
            self.maximumSeconds = min(maximumSeconds, 999_999_999)
            self.latest = latest
        }
    }

    /// The protocol's dialect.
    public enum Dialect: Sendable, Hashable {
        case smtp, lmtp
    }

    /// What becomes of ill conduct.
    public enum Treatment: String, Sendable, Hashable, CaseIterable {
        /// Goes on, and is noted for the guards.
        case note
        /// Is refused.
        case refuse
    }

    /// AUTH, as the machine sees it (RFC 4954).
    public enum Authentication: Sendable, Hashable {
        /// No AUTH.
        case unavailable
        /// AUTH is offered inside TLS.
        case offered
        /// AUTH is offered inside TLS, and without it only EHLO, HELO, NOOP, RSET, HELP and QUIT work (530 5.7.0, §6).
        case required
    }

    /// TLS, as the machine sees it.
    public enum Encryption: Sendable, Hashable {
        /// No TLS to be had.
        case unavailable
        /// STARTTLS is offered.
        case offered
        /// STARTTLS is offered, and before it only EHLO, NOOP, STARTTLS and QUIT work (RFC 3207 §4).
        case required
        /// The session is inside TLS.
        case active
    }
}

/// Ill conduct that was seen in a session.
public enum Violation: String, Sendable, Hashable, CaseIterable {
    /// Spoke before the greeting.
    case earlyTalker
    /// Sent on without waiting.
    case illegalPipelining
    /// A line of the content is longer than 998 octets.
    case longLine
}
