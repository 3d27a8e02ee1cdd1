public import NameResolution

/// What an aggregate report of DMARC says (RFC 9990 §3.1, RFC 7489 appendix C): who sent mail in the name of our domain to
/// another server. It is a claim of whoever sent it.
///
/// Texts are cut to 256 octets and hold no control characters.
public struct ReceivedDMARCReport: Sendable, Hashable, Codable {
    /// Messages that were alike.
    public struct Row: Sendable, Hashable, Codable {
        /// The client's address.
        public var source: IPAddress
        /// `none`, `pass`, `quarantine`, `reject`, or what the reporter has in its place.
        public var disposition: String
        /// Whether a DKIM signature aligned.
        public var isDKIMAligned: Bool
        /// Whether SPF's identifier aligned.
        public var isSPFAligned: Bool
        /// The domain of the author.
        public var headerFrom: String
        /// Why something else was done than the policy asks for.
        public var overrides: [String]
        /// Messages.
        public var count: Int

        /// DMARC passed.
        public var isPass: Bool { isDKIMAligned || isSPFAligned }
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
    /// The domain that it is about.
    public var policyDomain: DNSName
    /// The policy that was found: `p`.
    public var policy: String
    /// Those with the most messages first.
    public var rows: [Row]
    /// Rows that there was no room for.
    public var leftOutRows: Int
    /// Their messages.
    public var leftOutMessages: Int

    /// Messages that passed, of those in ``rows``.
    public var passed: Int { rows.reduce(0) { $0 + ($1.isPass ? $1.count : 0) } }
    /// Messages that didn't pass, of those in ``rows``.
    public var failed: Int { rows.reduce(0) { $0 + ($1.isPass ? 0 : $1.count) } }
}
