public import SMTP

extension DeliveryStatusNotification {
    /// The notification as a message to the sender of the one it is about: `multipart/report` with a text for people, the
    /// fields for programs, and what is returned of the message (RFC 6522, RFC 3464, RFC 6533).
    ///
    /// Its reverse-path is null and it says `Auto-Submitted: auto-replied`, so that nobody answers it (RFC 3834 §5). What
    /// other servers said stands there cut, without control characters, and as text. Bcc fields are not returned. The message
    /// is returned in full only with RET=FULL, when a recipient failed and it is small; else its header section.
    ///
    /// - Parameters:
    ///   - to: the reverse-path of the message. Who has none gets no report.
    ///   - from: whose name it bears. Without one it is `MAILER-DAEMON` at the reporting host.
    ///   - date: now.
    ///   - original: the message it is about.
    ///   - extensions: what the way back is known to carry.
    /// - Throws: when an address is not to be written without SMTPUTF8, or there is no recipient.
    public func message(
        to: Mailbox, from: NamedMailbox? = nil, date: InternetDate, original: ReportedMessage?,
        allowing extensions: Extensions = [], using randomness: inout some RandomNumberGenerator
    ) throws(MessageBuilderError) -> Message {
        fatalError()
    }
}
