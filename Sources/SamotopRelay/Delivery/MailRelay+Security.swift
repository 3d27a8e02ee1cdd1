import NameResolution
import SMTP
import SamotopClient
import SamotopCore
import SamotopQueue
import TransportSecurity

extension MailRelay {
    /// What came of asking how well a server must be secured.
    enum Demanded: Sendable {
        case demand(SecurityDemand)
        case failure(HostFailure)
        case hold(HoldReason)
    }

    /// Asks how well the way to a server must be secured, before anybody connects to it.
    func demand(
        _ host: MailHost, _ share: Share, _ route: Route?, requiresTLS: Bool, for job: DeliveryJob
    ) async -> Demanded {
        if let route, let tls = Self.tls(of: route, to: host) {
            let isVerified: Bool =
                if case .none = tls.verification { false } else { tls.mode == .required || tls.mode == .implicit }
            guard !requiresTLS || isVerified || host.isLocal else {
                return .failure(refusal(host, EnhancedStatusCode(5, 7, 30), "REQUIRETLS can't be met by the route"))
            }
            return .demand(.chosen(tls, route: route.name))
        }
        if job.message.submitter == .tlsReports { return .demand(.level(settings.minimumSecurity)) }
        guard let name = host.name, let domain = share.domain.dnsName else {
            guard !requiresTLS, settings.minimumSecurity < .authenticated else {
                return .failure(
                    refusal(host, EnhancedStatusCode(5, 7, 30), "A server without a name can't be authenticated"))
            }
            return .demand(.level(settings.minimumSecurity))
        }
        let now = clock.now().seconds
        async let records = dane.find(name, from: host.daneSource(domain))
        let (peer, policy): (PeerRecord?, MTASTSFinding)
        do {
            peer = try await security.peers?.record(of: domain)
            policy = try await self.policy(of: domain, now)
        } catch {
            return .failure(unreadableRecord(host))
        }
        let plan = await SecurityPlan(
            domain: domain, host: name, dane: records, mtaSTS: policy, peer: peer, requiresTLS: requiresTLS,
            minimum: settings.minimumSecurity, now: now)
        return await demanded(by: plan, host, now, job.id)
    }

    func unreadableRecord(_ host: MailHost) -> HostFailure {
        HostFailure(
            failure: AttemptFailure(
                stage: .policy, status: EnhancedStatusCode(4, 3, 0), remote: host.remote(nil),
                words: "What is known of the domain's servers could not be read", isHostWide: true),
            kind: .transient, preference: host.preference)
    }

    private func policy(of domain: DNSName, _ now: Int64) async throws -> MTASTSFinding {
        guard let discovery = security.mtaSTS else { return .notAsked(domain) }
        return try await discovery.find(domain, now: now)
    }

    private func demanded(
        by plan: SecurityPlan, _ host: MailHost, _ now: Int64, _ job: DeliveryJobID
    ) async -> Demanded {
        switch plan.requirement {
        case .plaintextAllowed, .encrypted, .authenticated: return .demand(.planned(plan))
        case .postpone, .hold: break
        }
        // Decided whatever a connection would bring: nobody connects, and it is written down all the same.
        let verdict = await plan.verdict(on: .plaintext(.notOffered), anchors: security.anchors, now: now)
        await note(verdict, plan, host.remote(nil), job)
        if plan.requirement == .hold { return .hold(HoldReason(.signature, words: verdict.explanation)) }
        let failure = AttemptFailure(
            stage: .policy, status: EnhancedStatusCode(4, 7, 5), remote: host.remote(nil), words: verdict.explanation,
            isHostWide: true)
        return .failure(HostFailure(failure: failure, kind: .transient, preference: host.preference))
    }

    /// Nil: the plan says.
    private static func tls(of route: Route, to host: MailHost) -> ClientTLS? {
        if let tls = route.tls { return tls }
        guard case .nextHops = route.way else { return nil }
        return host.isLocal ? ClientTLS.none : .required
    }

    private func refusal(_ host: MailHost, _ status: EnhancedStatusCode, _ words: String) -> HostFailure {
        HostFailure(
            failure: AttemptFailure(
                stage: .policy, status: status, remote: host.remote(nil), words: words, isHostWide: false),
            kind: .unsuitable, preference: host.preference)
    }
}

extension MailHost {
    /// Whether it is a Unix socket, so that nothing leaves the machine.
    var isLocal: Bool {
        endpoints.allSatisfy { endpoint in
            if case .unix = endpoint { true } else { false }
        }
    }

    /// For failures and notifications.
    func remote(_ endpoint: Endpoint?) -> RemoteHost {
        let address = endpoint?.address
        return RemoteHost(name: name?.text ?? address.map { "[\($0)]" } ?? "local", address: address)
    }

    /// RFC 7672 §2.2: where the server's name is from.
    func daneSource(_ domain: DNSName) -> DANELookup.Source {
        switch source {
        case .mailExchange(let expanded, let security, let signature):
            .mailExchange(domain: domain, expanded: expanded, security: security, signature: signature)
        case .implicit, .literal, .route: .direct
        }
    }
}
