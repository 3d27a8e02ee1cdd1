/// What stands before the `@` of a mailbox: `Local-part` of RFC 5321 §4.1.2, with the UTF-8 of RFC 6531 §3.3.
///
/// The content is kept without quotes and backslashes, so that `"ann"@example.org` equals `ann@example.org`
/// (RFC 5321 §4.1.2). Case is kept and counts (RFC 5321 §2.4).
public struct LocalPart: Sendable, Hashable {
    /// The content, unquoted: printable ASCII, space and well-formed UTF-8; it may be empty.
    public let content: [UInt8]

    /// The local-part that means `content` (unquoted), or nil when it holds a control character or malformed UTF-8, or
    /// would take more than 64 octets to write.
    public init?(_ content: [UInt8]) {
        var grammar = Grammar(content.span)
        guard grammar.quotableText(), grammar.isAtEnd else { return nil }
        self.init(checked: content)
        guard bytes.count <= Limits.localPart else { return nil }
    }

    /// A local-part that the grammar has already checked.
    init(checked content: [UInt8]) {
        self.content = content
    }

    /// The local-part as SMTP writes it: a Dot-string if possible, else a Quoted-string.
    public var bytes: [UInt8] {
        var writer = CommandWriter()
        writer.append(self)
        return writer.bytes
    }

    /// Whether every octet is ASCII. A local-part that is not needs SMTPUTF8.
    public var isASCII: Bool { content.allSatisfy { $0 < 0x80 } }
}

extension LocalPart: CustomStringConvertible {
    /// The number of octets, never the content.
    public var description: String { "LocalPart(\(content.count) octets)" }
}
