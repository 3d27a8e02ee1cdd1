import SMTP
import SamotopCore
import SamotopQueue

/// A relay that takes one route for everybody.
struct RoutedTransport: OutboundTransport {
    let relay: MailRelay
    let route: Route

    func deliver(_ job: DeliveryJob, content: any MailContent) async -> DeliveryReport {
        guard let first = job.recipients.first else { return DeliveryReport(outcomes: []) }
        let share = MailRelay.Share(
            domain: first.path.domain, route: route, recipients: Array(job.recipients.indices))
        return await relay.deliver(job, content, [share])
    }
}
