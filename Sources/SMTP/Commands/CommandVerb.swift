/// A verb that the grammar knows. A session may implement fewer, and answer 502 to the others.
public enum CommandVerb: Sendable, Hashable, CaseIterable {
    /// EHLO, RFC 5321 §4.1.1.1
    case ehlo
    /// HELO, RFC 5321 §4.1.1.1
    case helo
    /// LHLO, RFC 2033 §4.1
    case lhlo
    /// MAIL, RFC 5321 §4.1.1.2
    case mail
    /// RCPT, RFC 5321 §4.1.1.3
    case rcpt
    /// DATA, RFC 5321 §4.1.1.4
    case data
    /// BDAT, RFC 3030 §2
    case bdat
    /// RSET, RFC 5321 §4.1.1.5
    case rset
    /// VRFY, RFC 5321 §4.1.1.6
    case vrfy
    /// EXPN, RFC 5321 §4.1.1.7
    case expn
    /// HELP, RFC 5321 §4.1.1.8
    case help
    /// NOOP, RFC 5321 §4.1.1.9
    case noop
    /// QUIT, RFC 5321 §4.1.1.10
    case quit
    /// STARTTLS, RFC 3207 §4
    case startTLS
    /// AUTH, RFC 4954 §4
    case auth

    /// The verb that `line` begins with, in any case of letters, whatever follows it; nil when it is none of these.
    public init?(of line: Span<UInt8>) {
        var grammar = Grammar(line)
        guard let verb = grammar.verb() else { return nil }
        self = verb
    }

    /// The most octets a line with this verb may have, CRLF included, where `extensions` are offered: 512
    /// (RFC 5321 §4.5.3.1.4) and what the parameters of each extension add.
    public func maximumLineLength(with extensions: Extensions) -> Int {
        var length = Limits.commandLine
        switch self {
        case .mail:
            // RFC 1870 §3 (5)
            if extensions.contains(.size) { length += 26 }
            // RFC 6152 §2 (5)
            if extensions.contains(.eightBitMIME) { length += 17 }
            // RFC 6531 §3.1 (5)
            if extensions.contains(.smtpUTF8) { length += 10 }
            // RFC 8689 §2 (5)
            if extensions.contains(.requireTLS) { length += 11 }
            // RFC 4954 §3 (5)
            if extensions.contains(.auth) { length += 500 }
            // RFC 3461 §4.3 and §4.4: " RET=HDRS", " ENVID=" and its value
            if extensions.contains(.dsn) { length += 9 + 7 + Limits.envelopeID }
            // RFC 4865 §3 (6), and as much as a moment with a fraction and an offset takes
            if extensions.contains(.futureRelease) { length += 46 }
            // RFC 2852 §2 (6)
            if extensions.contains(.deliverBy) { length += 17 }
            // RFC 6710 §3 (5)
            if extensions.contains(.priority) { length += 15 }
        case .rcpt:
            // RFC 3461 §4.1 and §4.2: " NOTIFY=SUCCESS,FAILURE,DELAY", " ORCPT=" and its value
            if extensions.contains(.dsn) { length += 29 + 7 + Limits.originalRecipient }
        case .auth:
            // RFC 4954 §4
            if extensions.contains(.auth) { length = Limits.authLine }
        default:
            break
        }
        return length
    }

    /// Whether a line with this verb may hold UTF-8 (RFC 6531 §3.1). EHLO may not (§3.7.1).
    var takesUTF8: Bool {
        switch self {
        case .mail, .rcpt, .vrfy, .expn: true
        default: false
        }
    }

    /// The verb in capitals.
    var keyword: StaticString {
        switch self {
        case .ehlo: "EHLO"
        case .helo: "HELO"
        case .lhlo: "LHLO"
        case .mail: "MAIL"
        case .rcpt: "RCPT"
        case .data: "DATA"
        case .bdat: "BDAT"
        case .rset: "RSET"
        case .vrfy: "VRFY"
        case .expn: "EXPN"
        case .help: "HELP"
        case .noop: "NOOP"
        case .quit: "QUIT"
        case .startTLS: "STARTTLS"
        case .auth: "AUTH"
        }
    }
}
