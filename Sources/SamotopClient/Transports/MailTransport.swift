public import SMTP

/// A way for messages to leave.
public protocol MailTransport: Sendable {
    /// Hands the message over for all recipients that the other side takes.
    ///
    /// - Returns: what became of each recipient; at least one was accepted.
    /// - Throws: when none was.
    func send(_ transaction: MailTransaction, _ content: MessageContent) async throws(SMTPClientError) -> SendResult
}
