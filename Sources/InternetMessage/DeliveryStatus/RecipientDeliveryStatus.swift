public import SMTP

/// The fields about one recipient in a delivery status (RFC 3464 §2.3).
public struct RecipientDeliveryStatus: Sendable, Hashable {
    /// The recipient as the sender wrote it (ORCPT). Nil: not given.
    public var originalRecipient: ReportedValue?
    /// The recipient as the reporting server knows it.
    public var finalRecipient: ReportedValue
    /// What became of the message.
    public var action: DeliveryAction
    /// Why.
    public var status: EnhancedStatusCode
    /// The server that said so. Nil: the reporting one.
    public var remoteMTA: ReportedValue?
    /// What it said.
    public var diagnosticCode: ReportedValue?
    /// When the last attempt was.
    public var lastAttempt: InternetDate?
    /// Until when it is tried; only with the action `delayed`.
    public var willRetryUntil: InternetDate?

    /// The status of a recipient.
    public init(
        originalRecipient: ReportedValue? = nil, finalRecipient: ReportedValue, action: DeliveryAction,
        status: EnhancedStatusCode, remoteMTA: ReportedValue? = nil, diagnosticCode: ReportedValue? = nil,
        lastAttempt: InternetDate? = nil, willRetryUntil: InternetDate? = nil
    ) {
        self.originalRecipient = originalRecipient
        self.finalRecipient = finalRecipient
        self.action = action
        self.status = status
        self.remoteMTA = remoteMTA
        self.diagnosticCode = diagnosticCode
        self.lastAttempt = lastAttempt
        self.willRetryUntil = willRetryUntil
    }
}

extension RecipientDeliveryStatus: CustomStringConvertible {
    /// Action and status, no address.
    public var description: String { "RecipientDeliveryStatus(\(action), \(status))" }
}
