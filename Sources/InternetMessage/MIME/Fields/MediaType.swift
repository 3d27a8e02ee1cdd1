/// A media type with its parameters: the body of `Content-Type` (RFC 2045 §5.1).
public struct MediaType: Hashable, Sendable {
    /// The type in lower case: `text`, `multipart`…
    public let type: [UInt8]
    /// The subtype in lower case.
    public let subtype: [UInt8]
    /// The parameters.
    public let parameters: MIMEParameters

    /// Reads the body of a field, folded or not. A `/` may be missing with the one word `text` (RFC 1049), nothing else.
    ///
    /// - Returns: nil when there is no type: RFC 2045 §5.2 has it `text/plain` then.
    public init?(_ body: [UInt8]) {
        var reader = ParameterReader(body)
        let type = reader.word(upTo: ";/").map(\.lowercasedASCII)
        var subtype: [UInt8] = []
        if reader.skip(UInt8(ascii: "/")) { subtype = reader.word(upTo: ";").map(\.lowercasedASCII) }
        if subtype.isEmpty, type.elementsEqual("text".utf8) { subtype = Array("plain".utf8) }
        guard !type.isEmpty, !subtype.isEmpty else { return nil }
        self.type = type
        self.subtype = subtype
        parameters = MIMEParameters(&reader)
    }

    private init(known type: StaticString, _ subtype: StaticString) {
        self.type = type.withUTF8Buffer { Array($0) }
        self.subtype = subtype.withUTF8Buffer { Array($0) }
        var none = ParameterReader([])
        parameters = MIMEParameters(&none)
    }

    /// `text/plain`, what has no `Content-Type` (RFC 2045 §5.2).
    public static let plainText = MediaType(known: "text", "plain")
    /// `message/rfc822`, what has no `Content-Type` in a `multipart/digest` (RFC 2046 §5.1.5).
    public static let message = MediaType(known: "message", "rfc822")

    /// Whether the type is this, written in lower case: `("text", "html")`.
    public func matches(_ type: StaticString, _ subtype: StaticString) -> Bool {
        matches(type) && subtype.withUTF8Buffer { self.subtype.elementsEqual($0) }
    }

    /// Whether the type, whatever its subtype, is this.
    public func matches(_ type: StaticString) -> Bool {
        type.withUTF8Buffer { self.type.elementsEqual($0) }
    }

    /// A whole message stands in it: `message/rfc822`, or `message/global` (RFC 6532 §3.7).
    public var isMessage: Bool { matches("message", "rfc822") || matches("message", "global") }

    /// `type/subtype`
    public var name: [UInt8] { type + [UInt8(ascii: "/")] + subtype }
}
