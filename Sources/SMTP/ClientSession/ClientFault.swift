/// Why a client session can't go on, or why a transaction can't begin.
///
/// Refusals of a message or of its recipients are no faults: they are results, see ``SendResult``.
public enum ClientFault: Error, Sendable, Hashable {
    // The server's doing: the connection is of no more use.

    /// The server refused the connection, the greeting, TLS or RSET with this reply.
    case refused(ServerReply)
    /// The server said something that isn't SMTP.
    case malformedReply(ReplyParser.Fault)
    /// A reply to nothing, or one of a class that the command can't have.
    case unexpectedReply(ServerReply)
    /// TLS is required and the server doesn't offer STARTTLS.
    case tlsNotOffered
    /// Octets came in clear after STARTTLS was answered (RFC 3207 §5, response injection).
    case responseInjection
    /// The server closed the connection before it had answered.
    case connectionClosed

    // The message's doing: nothing was sent of it, and the connection can go on.

    /// No recipient was given.
    case noRecipients
    /// More recipients than the server takes in one transaction (LIMITS, RFC 9422).
    case tooManyRecipients(limit: Int)
    /// This connection has carried as many messages as the server allows (LIMITS, RFC 9422).
    case messageLimitReached
    /// Larger than the server takes (RFC 1870), in octets.
    case messageTooBig(limit: UInt64)
    /// The content has octets over 127 and the server lacks 8BITMIME (RFC 6152): encode it anew.
    case needsEightBitMIME
    /// An address, or the header, isn't ASCII and the server lacks SMTPUTF8 (RFC 6531).
    case needsSMTPUTF8
    /// The content is binary and the server lacks BINARYMIME with CHUNKING (RFC 3030).
    case needsBinaryMIME
    /// REQUIRETLS is asked for and the server lacks it, or the session is in clear (RFC 8689).
    case needsRequireTLS
    /// A later release is asked for and the server lacks FUTURERELEASE (RFC 4865).
    case needsFutureRelease
    /// The message is to be returned if it isn't delivered in time, and the server lacks DELIVERBY (RFC 2852).
    case needsDeliverBy
    /// A path or parameter that can't be written as one command line.
    case unwritable
    /// A bare CR or LF in content that isn't sent as BINARYMIME (RFC 5321 §2.3.8). In streamed content it shows late: then
    /// the connection is closed, and the server never saw the end of the message.
    case bareNewline
    /// A line of more than 998 octets (RFC 5321 §4.5.3.1.6); shows late in streamed content, as above.
    case lineTooLong
    /// A NUL in content that isn't sent as BINARYMIME; shows late in streamed content, as above.
    case nulInContent

    // The caller's doing.

    /// Something else is under way, or the session is over.
    case badSequence
    /// The command has a line end in it, is too long, or changes what the session has to know of.
    case unsuitableCommand
    /// Credentials would go in clear, which wasn't allowed.
    case authenticationInClear
}
