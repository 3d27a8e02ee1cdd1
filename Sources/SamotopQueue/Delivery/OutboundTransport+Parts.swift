import SMTP
import SamotopCore

extension OutboundTransport {
    /// Delivers to those recipients of a job about which nothing was decided.
    ///
    /// - Parameters:
    ///   - decided: of each recipient what becomes of it without an attempt; nil: it is delivered to.
    ///   - delivered: told what became of the others, if there are any.
    func deliver(
        _ job: DeliveryJob, content: any MailContent, except decided: [RecipientOutcome?],
        delivered: (DeliveryJob, DeliveryReport) async -> Void = { _, _ in }
    ) async -> DeliveryReport {
        let free = zip(job.recipients, decided).filter { $0.1 == nil }.map(\.0)
        guard !free.isEmpty else { return DeliveryReport(outcomes: decided.compactMap(\.self)) }
        let part = DeliveryJob(id: job.id, message: job.message, recipients: free, destination: job.destination)
        let report = await deliver(part, content: content)
        await delivered(part, report)
        var outcomes = report.outcomes.makeIterator()
        let all = decided.map { outcome in
            outcome
                ?? outcomes.next()
                ?? .postponed(
                    AttemptFailure(
                        stage: .content, status: EnhancedStatusCode(4, 3, 0), words: "the attempt brought no outcome",
                        isHostWide: false))
        }
        return DeliveryReport(outcomes: all, tls: report.tls, isLocal: report.isLocal)
    }
}
