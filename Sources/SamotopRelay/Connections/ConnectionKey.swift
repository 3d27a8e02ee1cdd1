import NameResolution
import TransportSecurity

/// What two messages must have in common to go over one connection: the server, and what the connection was found good enough for.
struct ConnectionKey: Sendable, Hashable {
    /// Who said how well it must be secured, and what.
    enum Security: Sendable, Hashable {
        case planned(Planned)
        case chosen(route: String)
        case level(SecurityLevel)
    }

    /// What a verdict hangs on besides the certificates.
    struct Planned: Sendable, Hashable {
        let domain: DNSName
        let host: DNSName
        let requirement: SecurityPlan.Requirement
        let dane: DANEFinding.Outcome
        let baseDomain: DNSName?
        let records: [TLSAAssessment]
        let decision: PeerDecision?
        let differences: [String]
        let requiresTLS: Bool
    }

    let endpoint: Endpoint
    let security: Security

    init(_ endpoint: Endpoint, _ demand: SecurityDemand, requiresTLS: Bool) {
        self.endpoint = endpoint
        switch demand {
        case .chosen(_, let route): security = .chosen(route: route)
        case .level(let level): security = .level(level)
        case .planned(let plan):
            security = .planned(
                Planned(
                    domain: plan.domain, host: plan.host, requirement: plan.requirement, dane: plan.dane.outcome,
                    baseDomain: plan.dane.baseDomain, records: plan.dane.records, decision: plan.peer?.decision,
                    differences: plan.differences,
                    requiresTLS: requiresTLS))
        }
    }
}
