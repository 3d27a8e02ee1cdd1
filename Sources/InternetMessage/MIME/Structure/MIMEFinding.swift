/// What is unusual in the structure of a message, and where it is first so.
public struct MIMEFinding: Hashable, Sendable {
    /// What is unusual. The comment says how it is read all the same.
    public enum Kind: Hashable, Sendable {
        /// The form of an entity's header section.
        case header(HeaderFinding.Kind)
        /// A header field holds octets over 127 that are not UTF-8 (RFC 6532 §3.1).
        case eightBitHeader
        /// A field that RFC 5322 §3.6 or RFC 2045 has at most once. The first counts.
        case repeatedField
        /// A parameter of `Content-Type` or `Content-Disposition` more than once. The first counts.
        case repeatedParameter
        /// `Content-Type` without type and subtype: read as `text/plain` (RFC 2045 §5.2).
        case malformedContentType
        /// Parameters that are not by the grammar of RFC 2045 §5.1.
        case malformedParameters
        /// Fields of MIME without `MIME-Version` (RFC 2045 §4). They count.
        case missingVersion
        /// A `Content-Transfer-Encoding` with a comment: allowed, and overlooked by many. The comment is dropped.
        case encodingWithComment
        /// A `Content-Transfer-Encoding` with more than one word. The first counts.
        case malformedEncoding
        /// A `Content-Transfer-Encoding` of no known name: the content is taken as it is.
        case unknownEncoding
        /// A multipart or message with an encoding that hides its parts (RFC 2045 §6.4 forbids it). A multipart is read as
        /// if it had none, a message stays opaque.
        case encodedComposite
        /// A multipart without boundary, or with an empty one: opaque.
        case missingBoundary
        /// A boundary longer than 70 octets (RFC 2046 §5.1.1). It counts.
        case boundaryTooLong
        /// A boundary that ends with white space, which is dropped (RFC 2046 §5.1.1).
        case boundaryEndsWithSpace
        /// A boundary with octets that RFC 2046 §5.1.1 does not have, or written with spaces or comments and without quotes,
        /// or in pieces. It counts.
        case irregularBoundary
        /// A boundary that is also the one of a multipart around it. The inner one goes first.
        case reusedBoundary
        /// A line begins with a boundary and goes on with other text: no delimiter, though RFC 2046 §5.1.1 lets a reader
        /// take it for one.
        case delimiterWithText
        /// A multipart without a single part (RFC 2046 §5.1.1 wants one).
        case noParts
        /// A multipart without its close-delimiter: it ends with what is around it.
        case missingClose
        /// A delimiter of a multipart behind its close-delimiter: text of the epilogue.
        case partsAfterClose
        /// Text before the first delimiter. It is not shown (RFC 2046 §5.1.1).
        case preamble
        /// Text behind the close-delimiter. It is not shown.
        case epilogue
        /// Before the first delimiter or behind the last something looks like a delimiter or a part.
        case partOutsideDelimiters
        /// A delimiter cuts off a header section before its blank line. The part has no body.
        case headerCutByDelimiter
        /// Lines end with CRLF and with LF alone. Both end a line.
        case mixedLineEnds
        /// A NUL octet in a body.
        case nul
        /// Octets over 127 in a body that says that it is `7bit`, or has an encoding that has none.
        case undeclaredEightBit
        /// More depth than the limit: the entity is opaque.
        case tooDeep
        /// More parts than the limit: the rest is opaque.
        case tooManyParts
    }

    /// What is unusual.
    public let kind: Kind
    /// The entity it is about, its place in ``MIMEMessage/entities``.
    public let entity: Int
    /// The first place, in octets from the start of the message.
    public let offset: Int

    /// A limit was passed.
    public var exceedsLimit: Bool { kind == .tooDeep || kind == .tooManyParts }

    /// Two readers may see different parts or texts here, so that the one that checks and the one that shows disagree.
    public var isAmbiguous: Bool {
        switch kind {
        case .header(let kind):
            HeaderFinding(kind: kind, offset: offset).isAmbiguous
        case .eightBitHeader, .repeatedField, .repeatedParameter, .malformedContentType, .encodingWithComment,
            .malformedEncoding, .encodedComposite, .missingBoundary, .boundaryTooLong, .boundaryEndsWithSpace,
            .irregularBoundary, .reusedBoundary, .delimiterWithText, .noParts, .missingClose, .partsAfterClose,
            .partOutsideDelimiters, .headerCutByDelimiter, .mixedLineEnds, .nul, .tooDeep, .tooManyParts:
            true
        case .malformedParameters, .missingVersion, .unknownEncoding, .preamble, .epilogue, .undeclaredEightBit:
            false
        }
    }
}
