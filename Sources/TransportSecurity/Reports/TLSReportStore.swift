public import NameResolution

/// One session, as it is counted (RFC 8460 §4.2): nothing of it tells whose mail it was.
public struct TLSReportSession: Sendable, Hashable {
    /// What it was held against.
    public var policy: TLSReportPolicy
    /// What went wrong; nil: nothing.
    public var failure: TLSReportFailure?

    public init(policy: TLSReportPolicy, failure: TLSReportFailure? = nil) {
        self.policy = policy
        self.failure = failure
    }
}

/// What went wrong with a session (RFC 8460 §4.4).
public struct TLSReportFailure: Sendable, Hashable, Codable {
    /// What.
    public var type: TLSReportFailureType
    /// Our own address.
    public var sendingAddress: IPAddressText?
    /// The server.
    public var receivingHost: DNSName?
    /// The server's address.
    public var receivingAddress: IPAddressText?
    /// More about it in English.
    public var reason: String?

    public init(
        type: TLSReportFailureType, sendingAddress: IPAddressText? = nil, receivingHost: DNSName? = nil,
        receivingAddress: IPAddressText? = nil, reason: String? = nil
    ) {
        self.type = type
        self.sendingAddress = sendingAddress
        self.receivingHost = receivingHost
        self.receivingAddress = receivingAddress
        self.reason = reason
    }
}

/// An IP address in its usual form.
public typealias IPAddressText = String

/// Counts sessions until it is time to report them. Times are seconds since 1970; a period is one day of UTC (RFC 8460 §4.1).
public protocol TLSReportStore: Sendable {
    /// Counts a session.
    func add(_ session: TLSReportSession, at time: Int64) async throws
    /// Takes out what belongs to days that were over at `time`: a report for each domain and day, the oldest day first.
    func take(endedAt time: Int64) async throws -> [TLSReportPeriod]
}

/// What was counted for one domain in one day.
public struct TLSReportPeriod: Sendable, Hashable {
    /// A failure, and how often.
    public struct FailureCount: Sendable, Hashable {
        public var failure: TLSReportFailure
        public var count: Int
    }

    /// What was counted for one policy.
    public struct PolicyCount: Sendable, Hashable {
        public var policy: TLSReportPolicy
        public var successes: Int
        /// Sessions that failed, those of ``failures`` included.
        public var failed: Int
        /// The more frequent first.
        public var failures: [FailureCount]
    }

    /// The domain.
    public var domain: DNSName
    /// When the day began, in seconds since 1970.
    public var begin: Int64
    /// At least one.
    public var policies: [PolicyCount]
}
