/// Why a structured field body could not be read. Offsets count bytes from the start of the body.
public enum FieldSyntaxError: Error, Hashable, Sendable {
    /// A comment has no closing parenthesis.
    case unclosedComment(offset: Int)
    /// Comments are nested deeper than the limit of 32.
    case commentTooDeep(offset: Int)
    /// A quoted-string has no closing quote.
    case unclosedQuotedString(offset: Int)
    /// A byte stands where the grammar has no place for it.
    case unexpectedByte(offset: Int)
    /// The body ends too early.
    case unexpectedEnd
}
