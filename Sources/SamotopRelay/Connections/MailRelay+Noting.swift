import NameResolution
import SMTP
import SamotopCore
import SamotopQueue
import Synchronization
import TransportSecurity

extension MailRelay {
    /// What became of the permission that a message may need.
    enum Permission {
        case notNeeded
        /// It is this message's, and nobody else's.
        case taken(PeerDecision.AcceptOnce)
        /// Another message was faster.
        case gone
        /// The store failed.
        case unreadable
    }

    /// Writes down what was seen of a server: for the ratchet, the page, and TLS reports. A store that fails doesn't hold mail up here:
    /// what was asked for was met, or not; unless it is a person's permission, which counts once.
    @discardableResult
    func note(
        _ verdict: SecurityVerdict, _ plan: SecurityPlan, _ remote: RemoteHost, _ job: DeliveryJobID
    ) async -> Permission {
        observer?.observe(.judged(job, remote, verdict))
        let now = clock.now().seconds
        let observation = verdict.observation
        var permission = observation.usesAcceptOnce ? Permission.gone : .notNeeded
        var hasFailed = false
        do {
            let taken = Mutex<PeerDecision.AcceptOnce?>(nil)
            try await security.peers?.change(plan.domain) { record in
                var record = record ?? PeerRecord(domain: plan.domain, now: now)
                guard observation.usesAcceptOnce else {
                    record.note(observation)
                    return record
                }
                let once = record.takePermission(key: observation.chain.first, now: observation.time)
                taken.withLock { $0 = once }
                if let once { record.note(observation, isLasting: once.isLasting) }
                return record
            }
            if let once = taken.withLock(\.self) { permission = .taken(once) }
        } catch {
            hasFailed = true
            if observation.usesAcceptOnce { permission = .unreadable }
        }
        do {
            try await security.reports?.add(TLSReportSession(plan, verdict, remote), at: now)
        } catch {
            hasFailed = true
        }
        if hasFailed { observer?.observe(.storeFailed(job)) }
        return permission
    }

    /// Writes down that the DNS of a domain is wrong, so that a person sees why its mail waits.
    func noteBogus(_ cause: String?, _ domain: Domain, _ job: DeliveryJobID) async {
        guard let name = domain.dnsName else { return }
        let now = clock.now().seconds
        do {
            try await security.peers?.change(name) { record in
                var record = record ?? PeerRecord(domain: name, now: now)
                record.noteBogus(cause, now: now)
                return record
            }
        } catch {
            observer?.observe(.storeFailed(job))
        }
    }

    /// No message went by it: the next attempt may use it.
    func giveBack(_ permission: PeerDecision.AcceptOnce, _ domain: DNSName, _ job: DeliveryJobID) async {
        do {
            try await security.peers?.change(domain) { record in
                var record = record
                record?.giveBack(permission)
                return record
            }
        } catch {
            observer?.observe(.storeFailed(job))
        }
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
