/// The value of the RET parameter of MAIL: what a report of failure returns of the message (RFC 3461 §4.3).
public enum ReturnContent: Sendable, Hashable {
    /// `FULL`: the whole message.
    case full
    /// `HDRS`: the header section alone.
    case headers
}
