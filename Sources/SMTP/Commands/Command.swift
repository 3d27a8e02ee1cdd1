/// A command line of SMTP (RFC 5321 §4.1.1), LMTP (RFC 2033) and their extensions, without its CRLF.
public enum Command: Sendable, Hashable {
    /// EHLO with the client's domain or address literal.
    case ehlo(Domain)
    /// HELO with the client's domain or address literal.
    case helo(Domain)
    /// LHLO with the client's domain or address literal.
    case lhlo(Domain)
    /// `MAIL FROM:`
    case mail(ReversePath, MailParameters)
    /// `RCPT TO:`
    case rcpt(ForwardPath, RcptParameters)
    /// DATA
    case data
    /// BDAT: a chunk of `size` octets follows at once; `last` says whether it ends the message.
    case bdat(size: UInt64, last: Bool)
    /// RSET
    case rset
    /// NOOP with its argument as given; empty when there is none.
    case noop([UInt8])
    /// QUIT
    case quit
    /// VRFY with its argument as given, `SMTPUTF8` at its end included (RFC 6531 §3.1); it may be UTF-8.
    case vrfy([UInt8])
    /// EXPN with its argument as given, `SMTPUTF8` at its end included (RFC 6531 §3.1); it may be UTF-8.
    case expn([UInt8])
    /// HELP with its argument as given; empty when there is none.
    case help([UInt8])
    /// STARTTLS
    case startTLS
    /// AUTH: the mechanism in capitals, and the initial response as given: base64, or `=` for an empty one, or nil.
    case auth(mechanism: [UInt8], initialResponse: [UInt8]?)

    /// The command in `line`, which is given without its CRLF.
    public static func parse(_ line: Span<UInt8>) throws(CommandError) -> Command {
        var grammar = Grammar(line)
        return try grammar.command()
    }

    /// The verb of the command.
    public var verb: CommandVerb {
        switch self {
        case .ehlo: .ehlo
        case .helo: .helo
        case .lhlo: .lhlo
        case .mail: .mail
        case .rcpt: .rcpt
        case .data: .data
        case .bdat: .bdat
        case .rset: .rset
        case .noop: .noop
        case .quit: .quit
        case .vrfy: .vrfy
        case .expn: .expn
        case .help: .help
        case .startTLS: .startTLS
        case .auth: .auth
        }
    }

    /// The command as it is written, without CRLF. It is one line whatever the command holds: control characters in an
    /// argument are left out. `parse` reads back the same command when its arguments are ones that `parse` could have
    /// made; `encoded()` makes sure of that.
    public var bytes: [UInt8] {
        var writer = CommandWriter()
        writer.append(self)
        return writer.bytes
    }

    /// The command as it is written, without CRLF; throws when that would not read back as the same command. For
    /// commands made of values from elsewhere.
    public func encoded() throws(CommandError) -> [UInt8] {
        let bytes = bytes
        guard try Command.parse(bytes.span) == self else { throw CommandError(.syntax, verb: verb) }
        return bytes
    }
}

extension Command: CustomStringConvertible {
    /// The verb, never an argument.
    public var description: String { "Command(\(verb))" }
}
