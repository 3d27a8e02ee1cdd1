public import NameResolution

/// What was counted for one domain in one day of UTC (RFC 8460 §4.1).
public struct TLSReportPeriod: Sendable, Hashable {
    /// Seconds of a period.
    public static let length: Int64 = 86_400

    /// Which domain, and which day.
    public struct Key: Sendable, Hashable {
        /// The domain that mail was for.
        public let domain: DNSName
        /// When the day began, in seconds since 1970.
        public let begin: Int64

        /// A key.
        public init(domain: DNSName, begin: Int64) {
            self.domain = domain
            self.begin = begin
        }
    }

    /// A failure, and how often.
    public struct FailureCount: Sendable, Hashable {
        public var failure: TLSReportFailure
        public var count: Int

        public init(failure: TLSReportFailure, count: Int) {
            self.failure = failure
            self.count = count
        }
    }

    /// What was counted for one policy.
    public struct PolicyCount: Sendable, Hashable {
        public var policy: TLSReportPolicy
        /// Sessions that were as they should be.
        public var successes: Int
        /// Sessions that weren't, those without a place in ``failures`` included.
        public var failed: Int
        /// The more frequent first.
        public var failures: [FailureCount]

        public init(policy: TLSReportPolicy, successes: Int, failed: Int, failures: [FailureCount]) {
            self.policy = policy
            self.successes = successes
            self.failed = failed
            self.failures = failures
        }
    }

    /// The domain that mail was for.
    public var domain: DNSName
    /// When the day began, in seconds since 1970.
    public var begin: Int64
    /// At least one.
    public var policies: [PolicyCount]

    public init(domain: DNSName, begin: Int64, policies: [PolicyCount]) {
        self.domain = domain
        self.begin = begin
        self.policies = policies
    }

    /// The last second of the day.
    public var end: Int64 { begin.addingReportingOverflow(Self.length - 1).partialValue }

    /// When the day that holds `time` begins.
    public static func begin(at time: Int64) -> Int64 {
        let rest = time % length
        let (begin, overflows) = time.subtractingReportingOverflow(rest < 0 ? rest + length : rest)
        return overflows ? .min : begin
    }
}
