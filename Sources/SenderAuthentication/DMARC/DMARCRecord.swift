import InternetMessage

/// A DMARC policy record (RFC 9989 §4.7). `pct`, `rf` and `ri` of RFC 7489 mean nothing any more, like every unknown
/// tag.
public struct DMARCRecord: Sendable, Hashable {
    /// Report addresses kept of each list; the others are ignored.
    public static let maximumReportAddresses = 10

    /// How alike two domains have to be (RFC 9989 §3.2.10).
    public enum AlignmentMode: String, Sendable, Hashable {
        /// They have one organisational domain.
        case relaxed = "r"
        /// They are the same.
        case strict = "s"
    }

    /// Whether the domain is a public suffix: one below which others have their domains.
    public enum PublicSuffix: String, Sendable, Hashable {
        /// It is.
        case yes = "y"
        /// It isn't, and is its own organisational domain.
        case no = "n"
        /// The tree walk has to tell.
        case unknown = "u"
    }

    /// When a failure report is wanted.
    public enum FailureOption: String, Sendable, Hashable, CaseIterable {
        /// When nothing passed and aligned.
        case all = "0"
        /// When anything did not pass, or did not align.
        case any = "1"
        /// When a DKIM signature failed.
        case dkim = "d"
        /// When SPF failed.
        case spf = "s"
    }

    /// Whom a policy is asked for.
    public enum Subject: String, Sendable, Hashable {
        /// The domain of the record: the tag `p`.
        case domain = "p"
        /// A domain below that exists: `sp`, else `p`.
        case subdomain = "sp"
        /// A domain below that doesn't exist: `np`, else `sp`, else `p`.
        case nonexistentSubdomain = "np"
    }

    /// `p`, or `none` where RFC 9989 §4.10.1 says so: `p` is missing or invalid, or `sp` or `np` is invalid, and
    /// there is somebody to report to. Nil when there is nobody either: then DMARC doesn't apply.
    public let policy: DMARCPolicy?
    /// `sp`. Nil: not given.
    public let subdomainPolicy: DMARCPolicy?
    /// `np`. Nil: not given.
    public let nonexistentSubdomainPolicy: DMARCPolicy?
    /// `t`: the domain owner is testing, policies count one level less.
    public let isTesting: Bool
    /// `psd`.
    public let publicSuffix: PublicSuffix
    /// `adkim`.
    public let dkimAlignment: AlignmentMode
    /// `aspf`.
    public let spfAlignment: AlignmentMode
    /// `fo`; without `ruf` it is the default.
    public let failureOptions: Set<FailureOption>
    /// `rua`: who wants aggregate reports.
    public let aggregateReports: [DMARCReportAddress]
    /// `ruf`: who wants failure reports.
    public let failureReports: [DMARCReportAddress]

    /// Reads a TXT record, its strings joined. Values that are not by the grammar count as missing (RFC 9989 §4.8).
    ///
    /// Nil when it is no policy record: it doesn't begin with `v=DMARC1`, a tag occurs twice, or it is longer than 8
    /// KiB.
    public init?(_ text: [UInt8]) {
        guard let tags = DMARCTagList(text) else { return nil }
        let aggregate = DMARCURIList(tags["rua"] ?? [])
        let failure = tags["ruf"].map(DMARCURIList.init)
        let policy = tags["p"].flatMap(Self.value) as DMARCPolicy?
        let subdomains = tags["sp"].map(Self.value) as DMARCPolicy??
        let nonexistent = tags["np"].map(Self.value) as DMARCPolicy??
        if policy == nil || subdomains == .some(nil) || nonexistent == .some(nil) {
            self.policy = aggregate.hasValidURI ? DMARCPolicy.none : nil
            subdomainPolicy = nil
            nonexistentSubdomainPolicy = nil
        } else {
            self.policy = policy
            subdomainPolicy = subdomains ?? nil
            nonexistentSubdomainPolicy = nonexistent ?? nil
        }
        isTesting = tags["t"]?.map(\.lowercasedASCII) == Array("y".utf8)
        publicSuffix = tags["psd"].flatMap(Self.value) ?? .unknown
        dkimAlignment = tags["adkim"].flatMap(Self.value) ?? .relaxed
        spfAlignment = tags["aspf"].flatMap(Self.value) ?? .relaxed
        failureOptions = (failure == nil ? nil : tags["fo"].flatMap(Self.failureOptions)) ?? [.all]
        aggregateReports = aggregate.addresses
        failureReports = failure?.addresses ?? []
    }

    /// The policy for a domain at this record or below it, before ``isTesting`` is looked at; nil when DMARC doesn't
    /// apply.
    public func policy(for subject: Subject) -> DMARCPolicy? {
        switch subject {
        case .domain: policy
        case .subdomain: subdomainPolicy ?? policy
        case .nonexistentSubdomain: nonexistentSubdomainPolicy ?? subdomainPolicy ?? policy
        }
    }

    /// ABNF strings match in any case (RFC 5234 §2.3).
    private static func value<Value: RawRepresentable<String>>(_ octets: [UInt8]) -> Value? {
        Value(rawValue: String(decoding: octets.map(\.lowercasedASCII), as: UTF8.self))
    }

    /// `dmarc-fo`: options with colons between them, each once, and not both `0` and `1`.
    private static func failureOptions(_ octets: [UInt8]) -> Set<FailureOption>? {
        var options: Set<FailureOption> = []
        for item in octets.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
            guard let option = value(Array(item.trimmingWSP)) as FailureOption?, options.insert(option).inserted else {
                return nil
            }
        }
        return options.isSuperset(of: [.all, .any]) ? nil : options
    }
}
