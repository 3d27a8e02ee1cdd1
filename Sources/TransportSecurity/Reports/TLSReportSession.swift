public import NameResolution

/// One session, as it is counted (RFC 8460 §4.2): nothing of it tells whose mail it was.
public struct TLSReportSession: Sendable, Hashable {
    /// What it was held against.
    public var policy: TLSReportPolicy
    /// What went wrong; nil: nothing.
    public var failure: TLSReportFailure?

    /// A session.
    public init(policy: TLSReportPolicy, failure: TLSReportFailure? = nil) {
        self.policy = policy
        self.failure = failure
    }
}

/// What went wrong with a session (RFC 8460 §4.4).
public struct TLSReportFailure: Sendable, Hashable {
    /// Octets of ``reason`` at most.
    public static let maximumReason = 256

    /// What.
    public let type: TLSReportFailureType
    /// Our own address.
    public let sendingAddress: IPAddress?
    /// The server.
    public let receivingHost: DNSName?
    /// The server's address.
    public let receivingAddress: IPAddress?
    /// More about it in English, without addresses of mail.
    public let reason: String?

    /// A failure; what is over ``maximumReason`` is cut off.
    public init(
        type: TLSReportFailureType, sendingAddress: IPAddress? = nil, receivingHost: DNSName? = nil,
        receivingAddress: IPAddress? = nil, reason: String? = nil
    ) {
        self.type = type
        self.sendingAddress = sendingAddress
        self.receivingHost = receivingHost
        self.receivingAddress = receivingAddress
        self.reason = reason?.prefix(octets: Self.maximumReason)
    }
}
