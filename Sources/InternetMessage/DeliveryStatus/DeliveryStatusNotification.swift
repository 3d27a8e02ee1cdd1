/// A delivery status notification (RFC 3464): what became of a message for some of its recipients.
///
/// It is written by ``message(to:from:date:original:allowing:using:)`` and read by ``init(parsing:)``.
public struct DeliveryStatusNotification: Sendable, Hashable {
    /// The server that reports.
    public var reportingMTA: ReportedValue
    /// The ENVID that the sender gave.
    public var originalEnvelopeID: [UInt8]?
    /// When the reporting server got the message.
    public var arrivalDate: InternetDate?
    /// The recipients that are reported on. No other may be told of: there is no more of a message in a report than its
    /// sender knew.
    public var recipients: [RecipientDeliveryStatus]
    /// The Message-ID of the message that it is about: from the returned headers when read. Not written from here.
    public internal(set) var originalMessageID: MessageID?

    /// A notification.
    public init(
        reportingMTA: ReportedValue, originalEnvelopeID: [UInt8]? = nil, arrivalDate: InternetDate? = nil,
        recipients: [RecipientDeliveryStatus]
    ) {
        self.reportingMTA = reportingMTA
        self.originalEnvelopeID = originalEnvelopeID
        self.arrivalDate = arrivalDate
        self.recipients = recipients
    }

    /// The action that the whole is named after: the worst of the recipients'.
    public var action: DeliveryAction {
        let actions = Set(recipients.map(\.action))
        return DeliveryAction.allCases.first { actions.contains($0) } ?? .failed
    }

    /// Recipients that are written or read at most.
    public static let maximumRecipients = 1_000
}

extension DeliveryStatusNotification: CustomStringConvertible {
    /// The number of recipients, no address.
    public var description: String { "DeliveryStatusNotification(\(recipients.count) recipients)" }
}
