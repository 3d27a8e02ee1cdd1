/// An entity of RFC 2045 §2.4: the message itself, or a part of one. It holds places in the message's octets, no octets.
public struct MIMEEntity: Sendable {
    /// The place of the entity around it in ``MIMEMessage/entities``; nil for the message itself.
    public let parent: Int?
    /// How many entities are around it.
    public let depth: Int
    /// The header section with its blank line.
    public internal(set) var headerRange: Range<Int>
    /// The body, transfer encoding kept. The line end before a delimiter is not of it (RFC 2046 §5.1.1).
    public internal(set) var bodyRange: Range<Int>
    /// The media type, or what RFC 2045 §5.2 and RFC 2046 §5.1.5 have when there is none.
    public internal(set) var mediaType = MediaType.plainText
    /// The header says no type, or none that can be read.
    public internal(set) var hasDefaultType = true
    /// How it is to be shown. Nil: not said.
    public internal(set) var disposition: ContentDisposition?
    /// The encoding of the body.
    public internal(set) var transferEncoding = TransferEncoding.sevenBit
    /// `Content-ID` (RFC 2045 §7).
    public internal(set) var contentID: MessageID?
    /// The parts of a multipart, or the one message of a `message/rfc822`, in order: places in ``MIMEMessage/entities``.
    public internal(set) var children: [Int] = []
    /// What stands before the first delimiter of a multipart.
    public internal(set) var preamble: Range<Int>?
    /// What stands behind the close-delimiter of a multipart.
    public internal(set) var epilogue: Range<Int>?
    /// A multipart or message whose parts were not looked for: a limit, no boundary, an encoding.
    public internal(set) var isOpaque = false

    init(parent: Int?, depth: Int, start: Int) {
        self.parent = parent
        self.depth = depth
        headerRange = start..<start
        bodyRange = start..<start
    }

    /// Has parts, or would have.
    public var isMultipart: Bool { mediaType.matches("multipart") }

    /// Something to keep rather than to read: so disposed, or neither text nor a container.
    public var isAttachment: Bool {
        if let disposition { return disposition.isAttachment }
        return !mediaType.matches("text") && !isMultipart
    }
}
