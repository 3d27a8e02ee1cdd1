public import SMTP

/// Why a client has no result: at which stage, what kind of failure, and whether the message may be sent again.
///
/// What the server answered to a transaction is no error but a ``SMTP/SendResult``. A description never holds an address.
public struct SMTPClientError: Error, Sendable {
    /// What kind of failure, and so what helps.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The same may succeed later: 4yz, no connection, a connection that broke.
        case transient
        /// The same will not succeed with this server: 5yz, or a protocol that isn't SMTP.
        case permanent
        /// The message, the configuration or the order of calls: nothing was sent.
        case client
        /// The server took too long; may succeed later.
        case timeout
        /// TLS could not be had as it is required.
        case tls
    }

    /// What happened, for code that decides by it.
    public enum Reason: Sendable {
        /// The session's or the server's fault, or what the message needs and the server lacks.
        case fault(ClientFault)
        /// Nobody took the connection, or it broke.
        case connection
        /// The name of the server could not be resolved.
        case resolution
        /// The time for the stage was over.
        case timedOut
        /// The handshake failed.
        case handshake
        /// The verifier said no to the certificate.
        case certificateRefused
        /// None of the mechanisms fits, or the credentials were refused, or the server could not prove that it knows the password.
        case authentication(AuthenticationFault)
        /// The source of the content failed, or brought another number of octets than it had promised.
        case content
        /// Every recipient was refused: thrown only by ``SMTPClient`` and transports, which have no use for such a result.
        case allRefused
        /// A value of the configuration can't be used.
        case configuration(String)
        /// The task was cancelled.
        case cancelled
        /// The client was shut down.
        case shutDown
        /// A transport that isn't SMTP failed.
        case transport(String)
    }

    /// How far it came.
    public let stage: ClientStage
    /// What kind of failure.
    public let kind: Kind
    /// What happened.
    public let reason: Reason
    /// The server's reply that led to it, if one did.
    public let reply: ServerReply?
    /// True when the server can't have taken the message: the end of its content was never sent, or was answered with a
    /// refusal. When false, sending it again may make two of it (RFC 1047).
    public let isSafeToRetry: Bool
    /// What was settled for each recipient before, in the order of the transaction; nil where nothing was. Empty when no
    /// transaction was under way.
    public let recipients: [SendResult.Recipient?]
    /// What the operating system or the TLS library said; its description may name addresses.
    public let underlying: (any Error)?

    /// Makes an error.
    public init(
        stage: ClientStage, kind: Kind, reason: Reason, reply: ServerReply? = nil, isSafeToRetry: Bool = true,
        recipients: [SendResult.Recipient?] = [], underlying: (any Error)? = nil
    ) {
        self.stage = stage
        self.kind = kind
        self.reason = reason
        self.reply = reply
        self.isSafeToRetry = isSafeToRetry
        self.recipients = recipients
        self.underlying = underlying
    }
}

/// Why authentication failed.
public enum AuthenticationFault: Error, Sendable, Hashable {
    /// The server offers none of the mechanisms that the credentials can use.
    case noCommonMechanism
    /// Refused with this reply.
    case refused(ServerReply)
    /// It would go in clear, which isn't allowed.
    case wouldBeClear
    /// The server's messages break the mechanism's rules.
    case malformedChallenge
    /// The server did not prove that it knows the password (RFC 5802 §3).
    case serverNotProven
    /// The credentials can't be used: characters that are not allowed, or none at all.
    case unusableCredentials
}
