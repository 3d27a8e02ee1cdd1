// RFC 5321 §4.1.1, RFC 2033 §4.1, RFC 3030 §2, RFC 3207 §4 and RFC 4954 §4.
extension Grammar {
    /// A command line without its CRLF.
    mutating func command() throws(CommandError) -> Command {
        // RFC 5321 §4.1.1: receivers should tolerate white space before CRLF.
        while end > 0, input[end - 1] == 0x20 || input[end - 1] == 0x09 {
            end -= 1
        }
        guard let verb = verb() else {
            guard !foreignProtocol() else { throw CommandError(.foreignProtocol) }
            guard input.count + 2 <= Limits.commandLine else { throw CommandError(.tooLong) }
            throw CommandError(repertoire() == .ascii ? .unrecognized : .invalidBytes)
        }
        guard input.count + 2 <= verb.maximumLineLength(with: .all) else { throw CommandError(.tooLong, verb: verb) }
        switch repertoire() {
        case .ascii: break
        case .utf8 where verb.takesUTF8: break
        case .utf8, .neither: throw CommandError(.invalidBytes, verb: verb)
        }
        switch verb {
        case .ehlo: return .ehlo(try helloArgument(of: verb))
        case .helo: return .helo(try helloArgument(of: verb))
        case .lhlo: return .lhlo(try helloArgument(of: verb))
        case .mail: return try mail()
        case .rcpt: return try rcpt()
        case .data: return try withoutArgument(.data)
        case .bdat: return try bdat()
        case .rset: return try withoutArgument(.rset)
        case .quit: return try withoutArgument(.quit)
        case .startTLS: return try withoutArgument(.startTLS)
        case .noop: return .noop(text())
        case .help: return .help(text())
        case .vrfy: return .vrfy(try requiredText(of: verb))
        case .expn: return .expn(try requiredText(of: verb))
        case .auth: return try auth()
        }
    }

    /// The verb that the line begins with, in any case of letters (RFC 5321 §2.4), up to the end, a space or a control
    /// character.
    mutating func verb() -> CommandVerb? {
        let start = index
        _ = octets(atMost: 9, where: \.isALPHA)
        let word = start..<index
        if let next = peek(), next != 0x20, !next.isCTL {
            index = start
            return nil
        }
        for verb in CommandVerb.allCases where matches(word, verb.keyword) {
            return verb
        }
        index = start
        return nil
    }

    /// Whether the line is the beginning of HTTP, TLS or SSH, or a header field: somebody makes a browser or the like
    /// speak to this port, and the rest would be taken for commands.
    mutating func foreignProtocol() -> Bool {
        // RFC 8446 §5.1: a TLS record of type handshake.
        if input.count > 1, input[0] == 0x16, input[1] == 0x03 { return true }
        // RFC 4253 §4.2
        if literal("SSH-") { return true }
        let start = index
        defer { index = start }
        _ = octets(atMost: 64, where: { $0.isLetDig || $0 == 0x2D })
        let word = start..<index
        // RFC 5322 §2.2, RFC 9110 §5: field-name ":"
        if !word.isEmpty, character(":") { return true }
        guard isAtEnd || character(" ") else { return false }
        // RFC 9110 §9.3, RFC 5789; PRI: RFC 9113 §3.4
        return matches(word, "GET") || matches(word, "POST") || matches(word, "HEAD") || matches(word, "PUT")
            || matches(word, "CONNECT") || matches(word, "OPTIONS") || matches(word, "DELETE")
            || matches(word, "TRACE") || matches(word, "PATCH") || matches(word, "PRI")
    }

    /// Which characters a line is made of.
    enum Repertoire {
        /// Printable ASCII.
        case ascii
        /// Printable ASCII and well-formed UTF-8.
        case utf8
        /// Something else too.
        case neither
    }

    /// The characters of the rest of the line, which stays to be matched.
    mutating func repertoire() -> Repertoire {
        let start = index
        defer { index = start }
        if octets(where: { $0 < 0x80 && !$0.isCTL }) == end - start { return .ascii }
        return quotableText() && isAtEnd ? .utf8 : .neither
    }

    /// `ehlo = "EHLO" SP ( Domain / address-literal ) CRLF`, `helo = "HELO" SP Domain CRLF`
    ///
    /// HELO takes an address literal as well: clients without a name send one (RFC 5321 §4.1.4).
    mutating func helloArgument(of verb: CommandVerb) throws(CommandError) -> Domain {
        guard character(" "), let domain = domainOrAddressLiteral(), isAtEnd else {
            throw CommandError(.syntax, verb: verb)
        }
        return domain
    }

    /// `mail = "MAIL FROM:" Reverse-path [SP Mail-parameters] CRLF`
    mutating func mail() throws(CommandError) -> Command {
        // RFC 5321 §3.3: no space between the colon and the path.
        guard literal(" FROM:"), peek() != 0x20 else { throw CommandError(.syntax, verb: .mail) }
        guard let path = reversePath(), isAtEnd || peek() == 0x20 else {
            throw CommandError(.reversePathSyntax, verb: .mail)
        }
        return .mail(path, try mailParameters())
    }

    /// `rcpt = "RCPT TO:" ( "<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path ) [SP Rcpt-parameters] CRLF`
    mutating func rcpt() throws(CommandError) -> Command {
        // RFC 5321 §3.3: no space between the colon and the path.
        guard literal(" TO:"), peek() != 0x20 else { throw CommandError(.syntax, verb: .rcpt) }
        guard let path = forwardPath(), isAtEnd || peek() == 0x20 else {
            throw CommandError(.forwardPathSyntax, verb: .rcpt)
        }
        return .rcpt(path, try rcptParameters())
    }

    /// `data = "DATA" CRLF`, and the same of RSET, QUIT and STARTTLS
    mutating func withoutArgument(_ command: Command) throws(CommandError) -> Command {
        guard isAtEnd else { throw CommandError(.syntax, verb: command.verb) }
        return command
    }

    /// `bdat-cmd = "BDAT" SP chunk-size [ SP end-marker ] CR LF`, `chunk-size = 1*DIGIT`, `end-marker = "LAST"`
    mutating func bdat() throws(CommandError) -> Command {
        guard character(" ") else { throw CommandError(.syntax, verb: .bdat) }
        guard let size = number(), isAtEnd || peek() == 0x20 else { throw CommandError(.parameterSyntax, verb: .bdat) }
        let last = literal(" LAST")
        guard isAtEnd else { throw CommandError(.syntax, verb: .bdat) }
        return .bdat(size: size, last: last)
    }

    /// `[ SP String ]`, read as any text, since nothing depends on it.
    mutating func text() -> [UInt8] {
        guard character(" ") else { return [] }
        defer { index = end }
        return copy(index..<end)
    }

    /// `SP String`, read as any text: what it asks for is for policy to read.
    mutating func requiredText(of verb: CommandVerb) throws(CommandError) -> [UInt8] {
        let text = text()
        guard !text.isEmpty else { throw CommandError(.syntax, verb: verb) }
        return text
    }

    /// `auth-command = "AUTH" SP sasl-mech [SP initial-response]`, `initial-response = base64 / "="`
    mutating func auth() throws(CommandError) -> Command {
        guard character(" "), let mechanism = saslMech(), isAtEnd || peek() == 0x20 else {
            throw CommandError(.syntax, verb: .auth)
        }
        guard character(" ") else { return .auth(mechanism: mechanism, initialResponse: nil) }
        let start = index
        // RFC 4954 §4: what cannot be decoded is 501 5.5.2.
        guard base64() || character("="), isAtEnd else { throw CommandError(.invalidBytes, verb: .auth) }
        return .auth(mechanism: mechanism, initialResponse: copy(start..<index))
    }

    /// `sasl-mech = 1*20mech-char`, `mech-char = UPPER-ALPHA / DIGIT / HYPHEN / UNDERSCORE` (RFC 4422 §3.1)
    ///
    /// Small letters are read as capitals.
    mutating func saslMech() -> [UInt8]? {
        let start = index
        guard octets(atMost: 20, where: { $0.isLetDig || $0 == 0x2D || $0 == 0x5F }) > 0 else { return nil }
        return copy(start..<index).map(\.uppercasedASCII)
    }

    /// `base64 = base64-terminal / ( 1*(4base64-char) [base64-terminal] )`,
    /// `base64-terminal = (2base64-char "==") / (3base64-char "=")` (RFC 4954 §8)
    mutating func base64() -> Bool {
        let start = index
        let count = octets(where: \.isBase64Char)
        let matched =
            switch count % 4 {
            case 0: count > 0
            case 2: literal("==")
            case 3: character("=")
            default: false
            }
        if !matched { index = start }
        return matched
    }
}
