public import SamotopCore

/// The queue's way out: takes one job to its destination.
public protocol OutboundTransport: Sendable {
    /// Attempts a delivery. Never throws: every failure is an outcome. Bounded in time by itself; when its task is cancelled it
    /// ends soon, with `.postponed` for whatever the peer has not taken. Content blocks when read: read it off the event loops.
    func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport
}
