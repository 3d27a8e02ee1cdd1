/// How much a trace field tells of the client and of the time.
public struct TracePrivacy: Hashable, Sendable {
    /// How exactly the time is told.
    public enum Precision: Hashable, Sendable {
        /// To the second, in the clock's zone.
        case second
        /// Cut to the full hour, in UTC.
        case hour
        /// Cut to the beginning of the day, in UTC.
        case day
    }

    /// The client's greeting, address and host name are left out: the from clause says `unknown`.
    public var omitsClient: Bool
    /// How exactly the time is told.
    public var time: Precision
    /// The for clause is left out.
    public var omitsRecipient: Bool

    /// Everything is told (RFC 5321 §4.4).
    public static let none = TracePrivacy(omitsClient: false, time: .second, omitsRecipient: false)
    /// Nothing about the client, the recipient or the precise time is told.
    public static let full = TracePrivacy(omitsClient: true, time: .hour, omitsRecipient: true)

    /// A privacy of one's own choice.
    public init(omitsClient: Bool, time: Precision, omitsRecipient: Bool) {
        self.omitsClient = omitsClient
        self.time = time
        self.omitsRecipient = omitsRecipient
    }
}
