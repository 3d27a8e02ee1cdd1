public import NameResolution

/// What an aggregate report says of messages that were alike: a `record` of RFC 9990 §3.1.1.7 without its count.
public struct DMARCReportRow: Sendable, Hashable, Codable {
    /// DKIM results kept at most, the best ones (RFC 9990 §3.1.3 has a limit of 100).
    public static let maximumDKIMResults = 10

    /// What was done with the messages (`ActionDispositionType`).
    public enum Disposition: String, Sendable, Hashable, Codable {
        /// Nothing.
        case none
        /// Nothing, since they passed a policy of quarantine or reject.
        case pass
        /// They were set apart.
        case quarantine
        /// They were refused.
        case reject
    }

    /// Why something else was done than the policy asks for (RFC 9990 §3.1.6).
    public enum Override: String, Sendable, Hashable, Codable {
        case localPolicy = "local_policy"
        case mailingList = "mailing_list"
        case other
        case policyTestMode = "policy_test_mode"
        case trustedForwarder = "trusted_forwarder"
    }

    /// What a DKIM signature came to (RFC 8601 §2.7.1).
    public struct DKIM: Sendable, Hashable, Codable {
        public enum Result: String, Sendable, Hashable, Codable {
            case none, pass, fail, policy, neutral, temperror, permerror
        }
        /// `d=`
        public var domain: DNSName
        /// `s=`
        public var selector: DNSName
        public var result: Result

        /// The result of a signature.
        public init(domain: DNSName, selector: DNSName, result: Result) {
            self.domain = domain
            self.selector = selector
            self.result = result
        }
    }

    /// What SPF came to for the MAIL FROM identity (RFC 8601 §2.7.2).
    public struct SPF: Sendable, Hashable, Codable {
        public enum Result: String, Sendable, Hashable, Codable {
            case none, pass, fail, softfail, policy, neutral, temperror, permerror
        }
        public var domain: DNSName
        public var result: Result

        /// The result for a domain.
        public init(domain: DNSName, result: Result) {
            self.domain = domain
            self.result = result
        }
    }

    /// Whom the report is about, and for: the DMARC policy domain.
    public let policyDomain: DNSName
    /// Its policy record.
    public let record: DMARCRecord
    /// The client's address; one that is IPv4 within IPv6 is IPv4.
    public let source: IPAddress
    /// What was done with the messages.
    public let disposition: Disposition
    /// Whether a DKIM signature aligned.
    public let isDKIMAligned: Bool
    /// Whether SPF's identifier aligned.
    public let isSPFAligned: Bool
    /// Why the disposition isn't the one that the policy asks for.
    public let overrides: [Override]
    /// The domain of the author.
    public let headerFrom: DNSName
    /// The domain of the reverse-path. Nil: it was null.
    public let envelopeFrom: DNSName?
    /// What the signatures came to, those that count most first.
    public let dkim: [DKIM]
    /// What SPF came to.
    public let spf: SPF?

    /// The row that a message belongs to; nil when there is nothing to report, or nobody to report to: only what
    /// passed or failed a policy with a `rua` is reported (RFC 9989 §4.7).
    ///
    /// - Parameters:
    ///   - applied: what was done with the message, when that isn't what the policy asks for.
    ///   - overrides: why. Test mode and, when no reason is given, the local policy are filled in.
    public init?(
        _ finding: DMARCFinding, source: IPAddress, envelopeFrom: DNSName?, dkim: [DKIM], spf: SPF?,
        applied: DMARCPolicy? = nil, overrides: [Override] = []
    ) {
        guard finding.result == .pass || finding.result == .fail, let author = finding.author,
            let policyDomain = finding.policyDomain, let record = finding.record, !record.aggregateReports.isEmpty
        else { return nil }
        self.policyDomain = policyDomain
        self.record = record
        self.source = source.withoutMapping
        headerFrom = author
        self.envelopeFrom = envelopeFrom
        self.spf = spf
        isDKIMAligned = finding.isAligned(by: .dkim)
        isSPFAligned = finding.isAligned(by: .spf)
        self.dkim = Self.mostTelling(dkim, finding)
        let applied = applied ?? finding.disposition
        var reasons = overrides
        if finding.result == .fail, applied != finding.publishedPolicy, reasons.isEmpty {
            reasons = [applied == finding.policy ? .policyTestMode : .localPolicy]
        }
        self.overrides = reasons
        switch applied {
        case .none: disposition = finding.result == .pass && finding.policy != DMARCPolicy.none ? .pass : .none
        case .quarantine: disposition = .quarantine
        case .reject: disposition = .reject
        }
    }

    /// RFC 9990 §3.1.3: those that pass and are the author's domain, that pass and align, that pass, then the others.
    private static func mostTelling(_ results: [DKIM], _ finding: DMARCFinding) -> [DKIM] {
        let aligned = Set(finding.aligned.filter { $0.method == .dkim }.map(\.domain))
        let rank = { (result: DKIM) -> Int in
            if result.result != .pass { return 3 }
            if result.domain == finding.author { return 0 }
            return aligned.contains(result.domain) ? 1 : 2
        }
        let ranked = (0...3).flatMap { wanted in results.filter { rank($0) == wanted } }
        return Array(ranked.prefix(maximumDKIMResults))
    }
}
