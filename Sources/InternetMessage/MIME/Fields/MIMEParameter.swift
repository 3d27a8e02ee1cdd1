/// A parameter of a MIME field (RFC 2045 §5.1), its continuations joined (RFC 2231 §3).
public struct MIMEParameter: Hashable, Sendable {
    /// The name in lower case, without the marks of RFC 2231.
    public let name: [UInt8]
    /// The value to show: UTF-8 without control characters, decoded by RFC 2231 §4, or by RFC 2047 where senders use that
    /// against RFC 2047 §5.
    public let value: [UInt8]
    /// The value as it was sent: quotes and quoted pairs resolved, nothing decoded.
    public let raw: [UInt8]
    /// The language, when RFC 2231 §4 gives one.
    public let language: [UInt8]?
    /// Written by RFC 2231.
    public let isExtended: Bool
    /// Written as a quoted-string.
    public let isQuoted: Bool
}
