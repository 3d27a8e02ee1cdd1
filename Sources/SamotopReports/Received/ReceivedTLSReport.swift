public import NameResolution

/// What a TLS report says (RFC 8460 §4.4): how well another server could send to our domains. It is a claim of whoever sent it.
///
/// Texts are cut to 256 octets and hold no control characters.
public struct ReceivedTLSReport: Sendable, Hashable, Codable {
    /// Sessions that failed in one way.
    public struct Failure: Sendable, Hashable, Codable {
        /// The result type (RFC 8460 §4.3), or what the reporter has in its place.
        public var type: String
        /// The address that was sent from.
        public var sendingAddress: IPAddress?
        /// The server of ours that was spoken to.
        public var receivingHost: String?
        /// Its address.
        public var receivingAddress: IPAddress?
        /// Sessions.
        public var count: Int
        /// More about it.
        public var reason: String?
    }

    /// What was counted for one policy.
    public struct Policy: Sendable, Hashable, Codable {
        /// `tlsa`, `sts`, `no-policy-found`, or what the reporter has in its place.
        public var type: String
        /// The domain that mail was for.
        public var domain: DNSName
        /// Lines of the policy, or TLSA records.
        public var strings: [String]
        /// Servers that it names.
        public var hosts: [String]
        /// Sessions that were as they should be.
        public var successes: Int
        /// Sessions that failed.
        public var failed: Int
        /// Those in detail.
        public var failures: [Failure]
    }

    /// Who reports.
    public var organization: String
    /// Whom to ask.
    public var contact: String
    /// The reporter's name for the report.
    public var reportID: String
    /// The first second of the period, since 1970.
    public var begin: Int64
    /// The last second of the period, since 1970.
    public var end: Int64
    /// At least one.
    public var policies: [Policy]
    /// Policies and failures that there was no room for.
    public var leftOut: Int

    /// Sessions that were as they should be.
    public var successes: Int { policies.reduce(0) { $0 + $1.successes } }
    /// Sessions that failed.
    public var failed: Int { policies.reduce(0) { $0 + $1.failed } }
}
