public import NameResolution

/// What MTA-STS says of a domain.
public struct MTASTSFinding: Sendable, Hashable, Codable {
    /// Where the policy is from, or why there is none.
    public enum Reason: String, Sendable, Hashable, Codable {
        /// Fetched just now.
        case fetched
        /// Kept from before, and the TXT record says that it is the latest.
        case kept
        /// Kept from before; whether there is a newer one could not be found out.
        case keptWithoutRecord
        /// Kept from before; a newer one could not be fetched.
        case keptWithoutFetch
        /// The domain has no TXT record.
        case noRecord
        /// The TXT record is malformed, or there are several.
        case malformedRecord
        /// The TXT record could not be looked up.
        case recordFailure
        /// The policy could not be fetched: ``MTASTSFinding/fetchError`` says why.
        case fetchFailure
        /// The server answered with something else than 200; a redirect, for example.
        case status
        /// The content type is not `text/plain`.
        case contentType
        /// What was fetched is no policy: ``MTASTSFinding/policyError`` says why.
        case malformedPolicy
        /// Fetching failed a short while ago, and isn't tried again yet.
        case triedLately
        /// Nobody asked.
        case notAsked
    }

    /// The domain.
    public let domain: DNSName
    /// The policy that holds; nil: none.
    public let policy: MTASTSPolicy?
    /// Where it is from, or why there is none.
    public let reason: Reason
    /// Why a policy could not be fetched.
    public let fetchError: HTTPSFetchError?
    /// Why what was fetched is no policy.
    public let policyError: MTASTSPolicyError?
    /// The `id` of the TXT record.
    public let id: String?

    init(
        _ reason: Reason, domain: DNSName, policy: MTASTSPolicy? = nil, id: String? = nil,
        fetchError: HTTPSFetchError? = nil,
        policyError: MTASTSPolicyError? = nil
    ) {
        self.domain = domain
        self.policy = policy
        self.reason = reason
        self.id = id
        self.fetchError = fetchError
        self.policyError = policyError
    }

    /// Nobody asked: the way is by a person's choice, or MTA-STS is off.
    public static func notAsked(_ domain: DNSName) -> MTASTSFinding { MTASTSFinding(.notAsked, domain: domain) }
}

extension MTASTSFinding.Reason {
    /// The reason in English.
    public var words: String {
        switch self {
        case .fetched: "the domain's policy was fetched"
        case .kept: "the domain's policy is the one that was fetched before"
        case .keptWithoutRecord:
            "the policy that was fetched before holds on: whether there is a newer one is not known"
        case .keptWithoutFetch: "the policy that was fetched before holds on: a newer one could not be fetched"
        case .noRecord: "the domain has no policy"
        case .malformedRecord: "the TXT record of the domain's policy is malformed"
        case .recordFailure: "whether the domain has a policy could not be looked up"
        case .fetchFailure: "the domain's policy could not be fetched"
        case .status: "the server of the domain's policy doesn't have it"
        case .contentType: "what the server of the domain's policy has is not text"
        case .malformedPolicy: "the domain's policy is malformed"
        case .triedLately: "the domain's policy could not be fetched a short while ago"
        case .notAsked: "not asked"
        }
    }
}
