/// A piece of a message: text, octets, or a container of such pieces (RFC 2045 §2.4, RFC 2046).
///
/// A value says what is wanted; it becomes octets when the message is built, and what cannot be written is an error then.
public struct MessagePart: Sendable {
    /// Makes the signature over a part: it gets the octets of the part as they stand in the message, header and body, every
    /// line but the last with its CRLF (RFC 1847 §2.1); nil when there is none.
    public typealias Signer = @Sendable (_ signed: [UInt8]) -> MessagePart?

    enum Content: Sendable {
        case text(String)
        case octets([UInt8])
        /// A whole message.
        case message([UInt8])
        /// An entity that is written already.
        case entity([UInt8])
        case multipart([MessagePart])
        /// Parts too deep in one another: they were let go, so that no chain of them grows without bound.
        case tooDeep
    }

    var content: Content
    /// `type/subtype`, perhaps with parameters.
    var type: String
    var parameters: [FieldParameter] = []
    var encoding: TransferEncoding?
    var disposition: (type: String, fileName: String?)?
    var contentID: String?
    var contentDescription: String?
    var signer: Signer?
    var depth = 0

    init(_ content: Content, type: String) {
        self.content = content
        self.type = type
    }

    // MARK: Content

    /// `text/plain` in UTF-8. Line ends of any kind become CRLF.
    public static func plain(_ text: String) -> MessagePart { MessagePart(.text(text), type: "text/plain") }

    /// `text/html` in UTF-8.
    public static func html(_ text: String) -> MessagePart { MessagePart(.text(text), type: "text/html") }

    /// Text of another type in UTF-8: `.text("BEGIN:VCALENDAR…", type: "text/calendar; method=REQUEST")`.
    public static func text(_ text: String, type: String) -> MessagePart { MessagePart(.text(text), type: type) }

    /// Octets of any type but a container's: they come out of the message as they went in.
    public static func octets(_ content: [UInt8], type: String) -> MessagePart {
        MessagePart(.octets(content), type: type)
    }

    /// A file to keep (RFC 2183 §2.2).
    public static func attachment(_ fileName: String, type: String, content: [UInt8]) -> MessagePart {
        octets(content, type: type).disposed("attachment", fileName: fileName)
    }

    /// Content that another part shows by `cid:` and its identifier (RFC 2392), which has the form `left@right`.
    public static func inline(
        contentID: String, type: String, content: [UInt8], fileName: String? = nil
    ) -> MessagePart {
        octets(content, type: type).disposed("inline", fileName: fileName).identified(contentID)
    }

    /// A whole message as `message/rfc822`, or as `message/global` when its header section holds UTF-8. Its lines end with
    /// CRLF; it is not encoded (RFC 2046 §5.2.1), so that one with 8-bit octets needs a way that carries them.
    public static func message(_ octets: [UInt8]) -> MessagePart {
        MessagePart(.message(octets), type: "message/rfc822")
    }

    /// An entity that is written already, header section and body: what ``octets(using:)`` gave, or another program.
    public static func entity(_ octets: [UInt8]) -> MessagePart { MessagePart(.entity(octets), type: "") }

    // MARK: Containers

    /// Parts that belong together, the text first (RFC 2046 §5.1.3).
    public static func mixed(_ parts: MessagePart...) -> MessagePart { multipart("mixed", parts) }

    /// The same content in several forms, the plainest first (RFC 2046 §5.1.4).
    public static func alternative(_ parts: MessagePart...) -> MessagePart { multipart("alternative", parts) }

    /// A part, and what it shows (RFC 2387).
    public static func related(_ root: MessagePart, _ others: MessagePart...) -> MessagePart {
        multipart("related", [root] + others)
    }

    /// A container of any subtype.
    public static func multipart(
        _ subtype: String, _ parts: [MessagePart], parameters: [FieldParameter] = []
    ) -> MessagePart {
        var part = MessagePart(.multipart(parts), type: "multipart/" + subtype)
        part.parameters = parameters
        part.depth = 1 + (parts.map(\.depth).max() ?? 0)
        if part.depth > maximumDepth { part.content = .tooDeep }
        return part
    }

    /// A part and its signature (RFC 1847 §2.1). Everything in the part is written so that it stays the same on its way:
    /// 7-bit, no white space at the end of a line, no line that begins with `From ` (RFC 3156 §3, §5).
    ///
    /// - Parameters:
    ///   - protocol: the media type of the signature.
    ///   - micalg: the digest, by the rules of the protocol: `pgp-sha512`, `sha-256`.
    ///   - signer: is called while the message is built; more than once when a boundary has to be made anew.
    public static func signed(
        _ part: MessagePart, protocol signature: String, micalg: String, by signer: @escaping Signer
    ) -> MessagePart {
        var container = multipart(
            "signed", [part],
            parameters: [FieldParameter("protocol", signature), FieldParameter("micalg", micalg)])
        container.signer = signer
        return container
    }

    /// Encrypted content and what is needed to read it (RFC 1847 §2.2).
    public static func encrypted(
        protocol control: String, control controlPart: MessagePart, content: MessagePart
    ) -> MessagePart {
        multipart("encrypted", [controlPart, content], parameters: [FieldParameter("protocol", control)])
    }

    // MARK: Changes

    /// Asks for a transfer encoding. One that cannot carry the content is an error when the message is built.
    public func encoded(_ encoding: TransferEncoding) -> MessagePart {
        var part = self
        part.encoding = encoding
        return part
    }

    /// With a `Content-Disposition` (RFC 2183).
    public func disposed(_ type: String, fileName: String? = nil) -> MessagePart {
        var part = self
        part.disposition = (type, fileName)
        return part
    }

    /// With a `Content-ID` of the form `left@right`.
    public func identified(_ contentID: String) -> MessagePart {
        var part = self
        part.contentID = contentID
        return part
    }

    /// With a `Content-Description` (RFC 2045 §8).
    public func described(_ text: String) -> MessagePart {
        var part = self
        part.contentDescription = text
        return part
    }

    /// With a parameter of `Content-Type`.
    public func parameter(_ name: String, _ value: String) -> MessagePart {
        var part = self
        part.parameters.append(FieldParameter(name, value))
        return part
    }

    /// The part alone as octets, as it stands in a signed container: to sign it elsewhere, and to put it into the message by
    /// ``entity(_:)``.
    public func octets(using randomness: inout some RandomNumberGenerator) throws(MessageBuilderError) -> [UInt8] {
        var writer = EntityWriter(extensions: [])
        return try writer.write(self, isSigned: true, isLast: false, using: &randomness).bytes
    }

    /// Containers in one another at most.
    static let maximumDepth = 50
    /// Parts in all at most.
    static let maximumParts = 1_000
}
