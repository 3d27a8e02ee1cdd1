/// Why a line is no command. It carries no byte of the line.
public struct CommandError: Error, Sendable, Hashable {
    /// What is wrong, and so which reply is due.
    public enum Kind: Sendable, Hashable, CaseIterable {
        /// No verb that the grammar knows: 500 5.5.2.
        case unrecognized
        /// Another protocol, such as HTTP, TLS or SSH, or a header field of a message: 500 and close.
        case foreignProtocol
        /// A known verb with arguments that it does not take: 501 5.5.4.
        case syntax
        /// NUL, CR or another control character; UTF-8 where only ASCII may stand; malformed UTF-8; in AUTH, text that is
        /// not base64: 501 5.5.2.
        case invalidBytes
        /// The argument of `MAIL FROM:` is no Reverse-path: 501 5.1.7.
        case reversePathSyntax
        /// The argument of `RCPT TO:` is no Forward-path: 501 5.1.3.
        case forwardPathSyntax
        /// A parameter of MAIL or RCPT that the grammar does not know: 555 5.5.4.
        case parameterUnknown
        /// A known parameter with a bad value, or given twice; a chunk size that is no number: 501 5.5.4.
        case parameterSyntax
        /// More octets than the verb may have with every extension: 500 5.5.2.
        case tooLong
    }

    /// What is wrong.
    public var kind: Kind
    /// The verb, when the line begins with one that the grammar knows.
    public var verb: CommandVerb?

    /// An error of `kind` in a line that begins with `verb`.
    public init(_ kind: Kind, verb: CommandVerb? = nil) {
        self.kind = kind
        self.verb = verb
    }
}
