/// What is to be written into a header field, and by which rules.
///
/// The text is Swift's; how it becomes octets (encoded-words, quotes, folds) is decided when the message is built.
public enum FieldBody: Sendable, Hashable {
    /// Unstructured text (RFC 5322 §2.2.1): what is not ASCII becomes encoded-words (RFC 2047) or, with SMTPUTF8, stays.
    case text(String)
    /// Address-lists (RFC 5322 §3.4), each whole by itself: `Ann Example <ann@example.org>, bob@example.net`.
    case addresses([String])
    /// Identifiers with their brackets and white space between (RFC 5322 §3.6.4): `<a@example.org> <b@example.org>`.
    case messageIDs(String)
    /// A date-time.
    case date(InternetDate)
    /// A structured body in ASCII (in UTF-8 with SMTPUTF8): nothing is encoded, a fold may stand at each space.
    case structured(String)
    /// A value and parameters (RFC 2045 §5.1), which RFC 2231 encodes: `attachment; filename*=utf-8''…`.
    case parameters(String, [FieldParameter])
    /// Octets as they are, folded or not: the bytes after the colon, without the space that is put before them.
    case raw([UInt8])
}
