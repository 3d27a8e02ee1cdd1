/// The value of the NOTIFY parameter of RCPT: when to send a delivery status notification (RFC 3461 §4.1).
public struct Notify: OptionSet, Sendable, Hashable {
    /// One bit for each keyword.
    public let rawValue: UInt8

    /// A set of the bits in `rawValue`.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `NEVER`, which stands alone.
    public static let never = Notify(rawValue: 1 << 0)
    /// `SUCCESS`
    public static let success = Notify(rawValue: 1 << 1)
    /// `FAILURE`
    public static let failure = Notify(rawValue: 1 << 2)
    /// `DELAY`
    public static let delay = Notify(rawValue: 1 << 3)
}
