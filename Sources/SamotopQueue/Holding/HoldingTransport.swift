import SMTP
public import SamotopCore

/// Holds what a rule is about, before its first attempt: once a person has released it, it goes.
public struct HoldingTransport: OutboundTransport {
    private let transport: any OutboundTransport
    private let rules: [HoldRule]
    private let asciiDomain: @Sendable ([UInt8]) -> [UInt8]?

    /// - Parameters:
    ///   - transport: the way out.
    ///   - rules: the first that is about a recipient is the reason.
    ///   - asciiDomain: the A-labels of a domain (RFC 5890), in which rules name it.
    public init(
        around transport: any OutboundTransport, rules: [HoldRule],
        asciiDomain: @escaping @Sendable ([UInt8]) -> [UInt8]?
    ) {
        self.transport = transport
        self.rules = rules
        self.asciiDomain = asciiDomain
    }

    public func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
        await transport.deliver(
            job, content: content, except: job.recipients.map { reason(for: $0, in: job).map { .held($0) } })
    }

    private func reason(for recipient: QueuedRecipient, in job: DeliveryJob) -> HoldReason? {
        guard recipient.attempts == 0,
            let rule = rules.first(where: { $0.holds(job.message, recipient, asciiDomain) })
        else { return nil }
        return HoldReason(.policy, words: "the rule \(rule.name) wants a person to look at it")
    }
}
