public import SMTP

/// A `mailbox` of RFC 5322 §3.4: an address, perhaps with a name.
public struct NamedMailbox: Hashable, Sendable {
    /// The name before the address. Nil: none.
    public let displayName: DisplayName?
    /// The address, comments and white space removed.
    public let mailbox: Mailbox
    /// The content of the comments around and in the mailbox, quoted pairs resolved: the old place of the name.
    public let comments: [[UInt8]]
    /// A source route stood before the address (RFC 5322 §4.4); it was dropped.
    public let hadRoute: Bool
    /// The address holds what looks like an encoded-word. It is not decoded (RFC 2047 §5).
    public let hasEncodedWordInAddress: Bool
}
