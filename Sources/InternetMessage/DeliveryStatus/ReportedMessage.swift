public import SMTP

/// The message that a report is about, as much of it as there is.
public struct ReportedMessage: Sendable, Hashable {
    /// The message as it was received, from its first octet on: the header section at least.
    public var octets: [UInt8]
    /// Whether that is all of it.
    public var isWhole: Bool
    /// What the sender wants back (RFC 3461 §4.3). Nil: not said, which means the header section.
    public var ret: ReturnContent?

    /// A message, or its beginning.
    public init(octets: [UInt8], isWhole: Bool, ret: ReturnContent? = nil) {
        self.octets = octets
        self.isWhole = isWhole
        self.ret = ret
    }

    /// A larger message is not returned in full, whatever the sender wants.
    public static let maximumFull = 65_536
    /// Octets of a header section that are returned at most; it is cut between fields.
    public static let maximumHeader = 32_768
}

extension ReportedMessage: CustomStringConvertible {
    /// The number of octets, nothing of the content.
    public var description: String { "ReportedMessage(\(octets.count) octets)" }
}
