public import InternetMessage
public import NameResolution

/// What DMARC says of a message (RFC 9989 §5.3), and what it was found by.
public struct DMARCFinding: Sendable, Hashable {
    /// The results of RFC 9989 §9.2.
    public enum Result: String, Sendable, Hashable {
        /// There is no policy for the author's domain, or no such domain.
        case none
        /// The author's domain is proved.
        case pass
        /// The domain has a policy, and is not proved.
        case fail
        /// The DNS didn't tell. Never to be taken for ``none``.
        case temperror
        /// The message has no single author whose domain could be looked at: ``authorFailure`` says why.
        case permerror
    }

    /// The result.
    public let result: Result
    /// Why, in a few English words without addresses.
    public let reason: String
    /// The domain of the author, as A-labels; nil when there is none.
    public let author: DNSName?
    /// Why there is no domain of the author.
    public let authorFailure: AuthorDomain.Failure?
    /// Where the policy record was found: the DMARC policy domain. Nil: nowhere.
    public let policyDomain: DNSName?
    /// The policy record.
    public let record: DMARCRecord?
    /// The organisational domain of the author. Nil when nothing depended on it, so that it was not looked for.
    public let organizationalDomain: DNSName?
    /// By which tag ``record`` was asked for its policy.
    public let subject: DMARCRecord.Subject?
    /// The identifiers that pass and align with the author's domain.
    public let aligned: [AuthenticatedIdentifier]

    init(
        _ result: Result, _ reason: String, author: DNSName? = nil, authorFailure: AuthorDomain.Failure? = nil,
        found: DMARCPolicyDiscovery? = nil, subject: DMARCRecord.Subject? = nil, aligned: [AuthenticatedIdentifier] = []
    ) {
        self.result = result
        self.reason = reason
        self.author = author
        self.authorFailure = authorFailure
        policyDomain = found?.policyDomain
        record = found?.record
        organizationalDomain = found?.organizationalDomain
        self.subject = subject
        self.aligned = aligned
    }

    /// The policy as published for this author.
    public var publishedPolicy: DMARCPolicy? { subject.flatMap { record?.policy(for: $0) } }

    /// The policy that counts: one level below the published one while the domain owner is testing.
    public var policy: DMARCPolicy? { record?.isTesting == true ? publishedPolicy?.oneLevelBelow : publishedPolicy }

    /// What the domain owner asks to be done with this very message. Receivers must not reject for that alone
    /// (RFC 9989 §7.4).
    public var disposition: DMARCPolicy { result == .fail ? policy ?? .none : .none }

    /// Whether an identifier of this method aligns.
    public func isAligned(by method: AuthenticatedIdentifier.Method) -> Bool {
        aligned.contains { $0.method == method }
    }

    /// The result for an `Authentication-Results` field (RFC 8601, RFC 9989 §9.1).
    public var authenticationResult: AuthenticationResult {
        var properties: [AuthenticationResult.Property] = []
        if let author { properties.append(.init(.header, .from, author.textOctets)) }
        if let policy { properties.append(.init(.policy, .dmarc, Array(policy.rawValue.utf8))) }
        let keyword: AuthenticationKeyword =
            switch result {
            case .none: .none
            case .pass: .pass
            case .fail: .fail
            case .temperror: .temperror
            case .permerror: .permerror
            }
        return AuthenticationResult(
            method: .dmarc, result: keyword, reason: result == .pass ? nil : Array(reason.utf8), properties: properties)
    }
}
