/// What signatures have to be like to count, beyond being in order.
public struct DKIMPolicy: Sendable, Hashable {
    /// Bits of an RSA key at least. Under 1,024 nothing is verified, whatever stands here (RFC 8301 §3.2).
    public var minimumRSABits: Int
    /// Bits of an RSA key at most (RFC 8301 §3.2 asks for 4,096): larger ones cost more than they are worth.
    public var maximumRSABits: Int
    /// Whether rsa-sha1 counts. RFC 8301 §3.1 forbids it: only for messages of old.
    public var acceptsSHA1: Bool
    /// Whether a signature counts whose `l=` leaves a part of the body out. Anybody can append to such a message
    /// (RFC 6376 §8.2).
    public var acceptsPartialBody: Bool
    /// Seconds by which clocks may differ: `t=` may be so much in the future, `x=` so much in the past.
    public var clockSkew: Int64
    /// Seconds for which a signature with `t=` counts. Nil: until its `x=`, if any.
    public var maximumAge: Int64?

    /// A policy of one's own choice.
    public init(
        minimumRSABits: Int = 1_024, maximumRSABits: Int = 4_096, acceptsSHA1: Bool = false,
        acceptsPartialBody: Bool = false, clockSkew: Int64 = 300, maximumAge: Int64? = nil
    ) {
        self.minimumRSABits = minimumRSABits
        self.maximumRSABits = maximumRSABits
        self.acceptsSHA1 = acceptsSHA1
        self.acceptsPartialBody = acceptsPartialBody
        self.clockSkew = clockSkew
        self.maximumAge = maximumAge
    }

    /// The current standards.
    public static let standard = DKIMPolicy()
    /// RFC 6376 before it was updated: for tests with messages of that time, never for mail.
    public static let legacy = DKIMPolicy(acceptsSHA1: true, acceptsPartialBody: true)
}
