/// Why a message could not be built. No case carries a value that was given, only the name of the field it was for.
public enum MessageBuilderError: Error, Hashable, Sendable {
    /// Text for a field holds CR, LF, NUL or another control character: it could break out of the field. A tabulator is
    /// allowed in unstructured text.
    case controlCharacter(in: HeaderFieldName)
    /// The name of a field is none (RFC 5322 §2.2).
    case invalidFieldName
    /// No address-list.
    case invalidAddress(in: HeaderFieldName, AddressSyntaxError)
    /// A group where only mailboxes may stand, or a field that wants one mailbox and has none or several.
    case wrongNumberOfMailboxes(in: HeaderFieldName)
    /// A field that every message has (RFC 5322 §3.6).
    case missingField(HeaderFieldName)
    /// Several authors, and no Sender (RFC 5322 §3.6.2).
    case senderRequired
    /// More than one field of a name that a message has at most once (RFC 5322 §3.6).
    case repeatedField(HeaderFieldName)
    /// A field that the builder writes by itself: `MIME-Version` and `Content-…`.
    case reservedField(HeaderFieldName)
    /// No `msg-id` (RFC 5322 §3.6.4).
    case invalidMessageID(in: HeaderFieldName)
    /// No media type, or the type of a container where content was given.
    case invalidMediaType
    /// The name of a parameter is no token, or one that the builder writes by itself.
    case invalidParameter(in: HeaderFieldName)
    /// A body given as it is does not stay in its field: it holds NUL, or CR or LF that is not part of a fold.
    case malformedRawField(HeaderFieldName)
    /// A line would be longer than 998 octets, and there is no place to fold it.
    case lineTooLong(in: HeaderFieldName)
    /// A local-part is not ASCII, a domain has no form in ASCII, or a field given as it is holds UTF-8, and SMTPUTF8 is not
    /// allowed.
    case needsSMTPUTF8(HeaderFieldName)
    /// Content has octets or lines that the encoding asked for does not take, or the encoding is none to write, or one that
    /// was not allowed.
    case encodingCannotCarry(TransferEncoding)
    /// Octets given as a message or as an entity are not certain to be read as one: no blank line, bare CR or LF, NUL, lines
    /// over 998 octets.
    case malformedEntity
    /// A multipart without a part, or with a number of parts that its type does not have.
    case wrongNumberOfParts
    /// More than 1,000 parts, or parts in one another more than 50 deep.
    case tooManyParts
    /// The closure that signs gave no signature.
    case notSigned
    /// The randomness gave no boundary that does not occur in the parts.
    case noBoundary
    /// No recipient, neither in the fields nor in an envelope of one's own.
    case noRecipient
}
