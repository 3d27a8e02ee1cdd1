/// Whose message it is (an MSA's client, RFC 6409): submitters take turns in the queue, and only those whom we know are notified.
public struct Submitter: Sendable, Hashable {
    /// How we know a submitter.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// Of this house: programs, networks that the operator trusts, notifications, forwarding by a local user's wish.
        case local = 0
        /// An account that authenticated.
        case authenticated = 1
        /// From elsewhere, without authentication. Its reverse-path may be somebody else's: a notification would be backscatter.
        case stranger = 2
    }

    /// How we know it.
    public let kind: Kind
    /// An opaque name, such as the account's; 512 octets of UTF-8 at most.
    public let name: String

    /// Makes a submitter.
    public init(_ kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }

    /// Whether a delivery status notification may go to the reverse-path of its messages.
    public var mayBeNotified: Bool { kind != .stranger }

    /// The queue itself, in whose name notifications go out.
    public static let queue = Submitter(.local, name: "")
    /// Reports on other servers' TLS: they go out whatever is wrong with it, and aren't counted for the next report (RFC 8460 §3).
    public static let tlsReports = Submitter(.local, name: "tls-reports")
}
