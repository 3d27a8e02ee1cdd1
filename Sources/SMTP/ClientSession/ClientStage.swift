/// How far a client has come: what it waits for, or where it failed.
public enum ClientStage: String, Sendable, Hashable, CaseIterable, Codable {
    /// The connection is being made.
    case connect
    /// The TLS handshake, or the command before it (RFC 3207).
    case tls
    /// The server's greeting.
    case greeting
    /// EHLO, HELO or LHLO.
    case ehlo
    /// AUTH (RFC 4954).
    case auth
    /// MAIL, or the RSET before it.
    case mail
    /// RCPT.
    case rcpt
    /// DATA, up to its 354.
    case data
    /// The content, and the replies to its end.
    case content
    /// A command that the caller gave.
    case command
    /// QUIT.
    case quit
    /// Nothing is under way.
    case idle
}
