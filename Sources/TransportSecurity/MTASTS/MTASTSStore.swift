public import NameResolution

/// A policy as it is kept.
public struct StoredMTASTSPolicy: Sendable, Hashable, Codable {
    /// The policy; nil: none could be fetched, and this only remembers when that was tried.
    public var policy: MTASTSPolicy?
    /// The `id` of the TXT record that it was fetched for.
    public var id: String
    /// When it was fetched, in seconds since 1970.
    public var fetched: Int64
    /// When it was last tried to fetch another one in vain; nil: the last try succeeded.
    public var failed: Int64?
    /// The `id` for which that was tried.
    public var failedID: String?

    /// A policy that was fetched.
    public init(policy: MTASTSPolicy?, id: String, fetched: Int64, failed: Int64? = nil, failedID: String? = nil) {
        self.policy = policy
        self.id = id
        self.fetched = fetched
        self.failed = failed
        self.failedID = failedID
    }

    /// Seconds since 1970, after which it doesn't hold any more.
    public var expires: Int64 {
        let (sum, overflows) = fetched.addingReportingOverflow(policy?.maxAge ?? 0)
        return overflows ? .max : sum
    }
}

/// Where policies are kept until they expire; survives a restart, since a policy that is forgotten protects nobody (RFC
/// 8461 §10.2).
public protocol MTASTSStore: Sendable {
    /// What is kept of a domain.
    func policy(of domain: DNSName) async throws -> StoredMTASTSPolicy?
    /// Keeps it in place of what there is; nil removes it. Durable on return.
    func set(_ policy: StoredMTASTSPolicy?, of domain: DNSName) async throws
    /// The domains whose policies were fetched before `time` (seconds since 1970), the oldest first, up to `limit`:
    /// those to look at again in good time (RFC 8461 §10.2).
    func domains(fetchedBefore time: Int64, limit: Int) async throws -> [DNSName]
    /// Removes what expired before `time`; returns how many.
    @discardableResult
    func expire(before time: Int64) async throws -> Int
}
