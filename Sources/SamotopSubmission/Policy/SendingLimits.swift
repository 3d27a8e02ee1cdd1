/// How much an account may send within 24 hours: what somebody who has stolen its password can do.
public struct SendingLimits: Sendable, Hashable {
    /// Recipients: 450 4.7.1.
    public var recipients = 1_000
    /// Recipients that the account has never written to before: 450 4.7.1.
    public var strangers = 200

    /// The defaults.
    public init() {}
}
