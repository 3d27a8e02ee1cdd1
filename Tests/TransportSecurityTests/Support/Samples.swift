import NameResolution
import Testing

@testable import TransportSecurity

enum Samples {
    static func mtaSTS(_ mode: MTASTSPolicy.Mode?, patterns: [String] = ["mx.example.org"]) throws -> MTASTSFinding {
        let domain = try name("example.org")
        guard let mode else { return MTASTSFinding(.noRecord, domain: domain) }
        return MTASTSFinding(
            .kept, domain: domain, policy: MTASTSPolicy(mode: mode, maxAge: 86_400, patterns: patterns), id: "1")
    }

    static func plan(
        _ dane: DANEFinding, sts: MTASTSPolicy.Mode? = nil, patterns: [String] = ["mx.example.org"],
        peer: PeerRecord? = nil,
        requiresTLS: Bool = false, minimum: SecurityLevel = .encrypted, now: Int64 = 1
    ) throws -> SecurityPlan {
        SecurityPlan(
            domain: try name("example.org"), host: dane.host, dane: dane, mtaSTS: try mtaSTS(sts, patterns: patterns),
            peer: peer,
            requiresTLS: requiresTLS, minimum: minimum, now: now)
    }

    static func peer(level: SecurityLevel) throws -> PeerRecord {
        var peer = PeerRecord(domain: try name("example.org"), now: 0)
        peer.level = level
        return peer
    }

    /// What is seen of a server without DANE.
    static func observation(
        host: String = "mx.example.org", time: Int64 = 1, chain: [String], level: SecurityLevel,
        outcome: SecurityVerdict.Outcome = .proceed, standing: PeerStanding? = nil, dane: DANEFinding? = nil,
        usesAcceptOnce: Bool = false, policy: MTASTSPolicy? = nil, mx: SecurityStatus = .insecure
    ) throws -> PeerObservation {
        let none = DANEFinding(
            .notApplicable, .insecureAddresses, host: try name(host), port: 25, mailExchangeSecurity: mx,
            addressSecurity: .insecure)
        return PeerObservation(
            time: time, domain: try name("example.org"), host: try name(host), outcome: outcome, level: level,
            authentications: [], dane: dane ?? none, policy: policy, version: .tls13,
            records: (dane ?? none).records.map { DANEVerdict.Entry(unheld: $0) },
            chain: try chain.map(Fixtures.key), usesAcceptOnce: usesAcceptOnce,
            isDifference: false, standing: standing ?? (level == .authenticated ? .signed : .unsigned),
            words: "because of this")
    }
}
