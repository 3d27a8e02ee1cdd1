/// What is wrong with the form of a header section, and where it is first so.
public struct HeaderFinding: Hashable, Sendable {
    /// What is wrong.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// The first line begins with white space: it continues nothing.
        case leadingWhiteSpace
        /// The first line is an mbox separator, `From ` without a colon.
        case mboxFromLine
        /// White space between the name and the colon, allowed only as obsolete syntax (RFC 5322 §4.5).
        case whiteSpaceBeforeColon
        /// A line is neither a field nor a continuation.
        case missingColon
        /// A line begins with the colon.
        case emptyName
        /// A name holds a byte that is not printable US-ASCII (RFC 5322 §2.2).
        case invalidName
        /// A NUL byte, in a name or a body (RFC 5322 §4).
        case nul
        /// CR without LF.
        case bareCarriageReturn
        /// LF without CR.
        case bareLineFeed
        /// A line is longer than 998 bytes without its CRLF (RFC 5322 §2.1.1).
        case lineTooLong
        /// A continuation line holds only white space (obsolete, RFC 5322 §3.2.2).
        case blankContinuation
        /// The section ends without a blank line: the message has no body, or the header was cut.
        case noBlankLine
        /// More fields than the limit; the rest was not looked at.
        case tooManyFields
        /// More bytes than the limit; the rest was not looked at.
        case tooManyBytes
    }

    /// What is wrong.
    public let kind: Kind
    /// The first place, in bytes from the start of the section.
    public let offset: Int

    /// A limit was passed: the reply is 552 5.3.4.
    public var exceedsLimit: Bool { kind == .tooManyFields || kind == .tooManyBytes }

    /// Two readers may see different fields here, so that the one that checks and the one that shows disagree:
    /// the reply is 550 5.6.0.
    public var isAmbiguous: Bool {
        switch kind {
        case .leadingWhiteSpace, .mboxFromLine, .whiteSpaceBeforeColon, .missingColon, .emptyName, .invalidName, .nul,
            .bareCarriageReturn, .bareLineFeed:
            true
        case .lineTooLong, .blankContinuation, .noBlankLine, .tooManyFields, .tooManyBytes:
            false
        }
    }
}
