import NameResolution
import SamotopCore
import SamotopQueue
import TransportSecurity

extension MailRelay {
    /// Writes down what was seen of a server: for the ratchet, the page, and TLS reports. A store that fails doesn't hold mail up here:
    /// what was asked for was met, or not.
    func note(_ verdict: SecurityVerdict, _ plan: SecurityPlan, _ remote: RemoteHost, _ job: DeliveryJobID) async {
        observer?.observe(.judged(job, remote, verdict))
        let now = clock.now().seconds
        var hasFailed = false
        do {
            let observation = verdict.observation
            try await security.peers?.change(plan.domain) { record in
                var record = record ?? PeerRecord(domain: plan.domain, now: now)
                record.note(observation)
                return record
            }
        } catch {
            hasFailed = true
        }
        do {
            try await security.reports?.add(TLSReportSession(plan, verdict, remote), at: now)
        } catch {
            hasFailed = true
        }
        if hasFailed { observer?.observe(.storeFailed(job)) }
    }
}

extension TLSReportSession {
    /// A session as RFC 8460 §4.4 counts it.
    init(_ plan: SecurityPlan, _ verdict: SecurityVerdict, _ remote: RemoteHost) {
        let failure = verdict.failure.map {
            TLSReportFailure(
                type: $0, receivingHost: plan.host, receivingAddress: remote.address.flatMap { IPAddress($0) },
                reason: verdict.explanation)
        }
        self.init(policy: TLSReportPolicy(plan), failure: failure)
    }
}
