public import NameResolution

/// The policy that a session was held against (RFC 8460 §4.4).
public struct TLSReportPolicy: Sendable, Hashable {
    /// Its type.
    public enum Kind: String, Sendable, Hashable {
        case tlsa
        case sts
        case none = "no-policy-found"
    }

    /// Its type.
    public let kind: Kind
    /// What it says: TLSA records, or lines of an MTA-STS policy.
    public let strings: [String]
    /// The domain that mail was for.
    public let domain: DNSName
    /// Servers that it names.
    public let hosts: [String]

    /// A policy.
    public init(kind: Kind, strings: [String] = [], domain: DNSName, hosts: [String] = []) {
        self.kind = kind
        self.strings = strings
        self.domain = domain
        self.hosts = hosts
    }

    /// The policy that a connection was held against: DANE where it applies, else MTA-STS, else none.
    public init(_ plan: SecurityPlan) {
        switch (plan.dane.outcome, plan.mtaSTS.policy) {
        case (.notApplicable, let policy?) where policy.mode != .none:
            self.init(kind: .sts, strings: policy.lines, domain: plan.domain, hosts: policy.patterns)
        case (.notApplicable, _): self.init(kind: .none, domain: plan.domain)
        default:
            let owner = plan.dane.serverName
            self.init(
                kind: .tlsa, strings: plan.dane.records.map { "\($0.record)" }, domain: plan.domain, hosts: [owner.text]
            )
        }
    }
}

extension MTASTSPolicy {
    /// The policy as its file says it.
    var lines: [String] {
        ["version: STSv1", "mode: \(mode.rawValue)"] + patterns.map { "mx: \($0)" } + ["max_age: \(maxAge)"]
    }
}
