/// How much a trace field tells of the client and of the time.
public struct TracePrivacy: Hashable, Sendable {
    /// The client's greeting, address and host name are left out: the from clause says `unknown`.
    public var omitsClient: Bool
    /// The time is cut to the hour and written in UTC.
    public var coarsensTime: Bool
    /// The for clause is left out.
    public var omitsRecipient: Bool

    /// Everything is told (RFC 5321 §4.4).
    public static let none = TracePrivacy(omitsClient: false, coarsensTime: false, omitsRecipient: false)
    /// Nothing about the client, the recipient or the precise time is told.
    public static let full = TracePrivacy(omitsClient: true, coarsensTime: true, omitsRecipient: true)

    /// A privacy of one's own choice.
    public init(omitsClient: Bool, coarsensTime: Bool, omitsRecipient: Bool) {
        self.omitsClient = omitsClient
        self.coarsensTime = coarsensTime
        self.omitsRecipient = omitsRecipient
    }
}
