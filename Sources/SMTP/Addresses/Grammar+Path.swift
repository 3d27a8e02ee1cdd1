// RFC 5321 §4.1.2, with the extensions of RFC 6531 §3.3.
extension Grammar {
    /// `Reverse-path = Path / "<>"`
    mutating func reversePath() -> ReversePath? {
        if let mailbox = path() { return .mailbox(mailbox) }
        return literal("<>") ? .null : nil
    }

    /// `"<Postmaster@" Domain ">" / "<Postmaster>" / Forward-path`, with `Forward-path = Path` (RFC 5321 §4.1.1.3)
    ///
    /// The first of the three is a Path.
    mutating func forwardPath() -> ForwardPath? {
        if let mailbox = path() { return .mailbox(mailbox) }
        return literal("<Postmaster>") ? .postmaster : nil
    }

    /// `Path = "<" [ A-d-l ":" ] Mailbox ">"`
    mutating func path() -> Mailbox? {
        let start = index
        guard character("<") else { return nil }
        let route = index
        // RFC 5321 appendix C: a source route must be accepted, and should be ignored.
        if !(atDomainList() && character(":")) {
            index = route
        }
        guard let mailbox = mailbox(), character(">"), index - start <= Limits.path else {
            index = start
            return nil
        }
        return mailbox
    }

    /// `A-d-l = At-domain *( "," At-domain )`
    mutating func atDomainList() -> Bool {
        guard atDomain() else { return false }
        while true {
            let comma = index
            guard character(","), atDomain() else {
                index = comma
                return true
            }
        }
    }

    /// `At-domain = "@" Domain`
    mutating func atDomain() -> Bool {
        let start = index
        guard character("@"), domainText() else {
            index = start
            return false
        }
        return true
    }

    /// `Mailbox = Local-part "@" ( Domain / address-literal )`
    mutating func mailbox() -> Mailbox? {
        let start = index
        guard let localPart = localPart(), character("@"), let domain = domainOrAddressLiteral() else {
            index = start
            return nil
        }
        return Mailbox(localPart: localPart, domain: domain)
    }

    /// `Local-part = Dot-string / Quoted-string`
    mutating func localPart() -> LocalPart? {
        let start = index
        var content: [UInt8] = []
        if dotString() {
            content = copy(start..<index)
        } else if !quotedString(into: &content) {
            return nil
        }
        // RFC 5321 §4.5.3.1.1, quotes and backslashes included.
        guard index - start <= Limits.localPart else {
            index = start
            return nil
        }
        return LocalPart(checked: content)
    }

    /// `Dot-string = Atom *("."  Atom)`
    mutating func dotString() -> Bool {
        guard atom() else { return false }
        while true {
            let dot = index
            guard character("."), atom() else {
                index = dot
                return true
            }
        }
    }

    /// `Atom = 1*atext`, with `atext =/ UTF8-non-ascii`
    mutating func atom() -> Bool {
        let start = index
        while true {
            _ = octets(where: \.isAtext)
            guard let octet = peek(), octet >= 0x80, utf8NonASCII() != nil else { return index > start }
        }
    }

    /// `Quoted-string = DQUOTE *QcontentSMTP DQUOTE`; appends what it means to `content`.
    mutating func quotedString(into content: inout [UInt8]) -> Bool {
        let start = index
        guard character("\"") else { return false }
        while qcontentSMTP(into: &content) {}
        guard character("\"") else {
            index = start
            return false
        }
        return true
    }

    /// `QcontentSMTP = qtextSMTP / quoted-pairSMTP`, with `quoted-pairSMTP = %d92 %d32-126`
    /// and `qtextSMTP =/ UTF8-non-ascii`
    mutating func qcontentSMTP(into content: inout [UInt8]) -> Bool {
        let start = index
        if let octet = octet(where: \.isQtextSMTP) {
            content.append(octet)
            return true
        }
        if character("\\") {
            guard let octet = octet(where: { $0 >= 32 && $0 <= 126 }) else {
                index = start
                return false
            }
            content.append(octet)
            return true
        }
        guard utf8NonASCII() != nil else { return false }
        for position in start..<index {
            content.append(input[position])
        }
        return true
    }

    /// `Domain / address-literal`
    mutating func domainOrAddressLiteral() -> Domain? {
        if let name = domain() { return .name(name) }
        if let literal = addressLiteral() { return .literal(literal) }
        return nil
    }

    /// `Domain = sub-domain *("." sub-domain)`
    mutating func domain() -> DomainName? {
        let start = index
        return domainText() ? DomainName(checked: copy(start..<index)) : nil
    }

    /// As `domain`, without a copy of it.
    mutating func domainText() -> Bool {
        let start = index
        guard subDomain() else { return false }
        var lastLabel = start
        while true {
            let dot = index
            guard character("."), subDomain() else {
                index = dot
                break
            }
            lastLabel = dot + 1
        }
        // RFC 3696 §2: a top label is never all digits; what looks like an IPv4 address must be a literal.
        let top = index
        index = lastLabel
        _ = octets(atMost: top - lastLabel, where: \.isDIGIT)
        guard index < top, top - start <= Limits.domain else {
            index = start
            return false
        }
        index = top
        return true
    }

    /// `sub-domain = Let-dig [Ldh-str]`, `Ldh-str = *( ALPHA / DIGIT / "-" ) Let-dig`, `sub-domain =/ U-label`
    ///
    /// One run, because a greedy `*( ALPHA / DIGIT / "-" )` would leave nothing for the last Let-dig: it neither begins
    /// nor ends with a hyphen.
    mutating func subDomain() -> Bool {
        let start = index
        while true {
            _ = octets(where: { $0.isLetDig || $0 == 0x2D })
            guard let octet = peek(), octet >= 0x80 else { break }
            let character = index
            guard let scalar = utf8NonASCII(), Grammar.mayStandInULabel(scalar) else {
                index = character
                break
            }
        }
        guard index > start, index - start <= Limits.label, input[start] != 0x2D, input[index - 1] != 0x2D else {
            index = start
            return false
        }
        return true
    }

    /// Whether a U-label may hold the character, as far as it could pass for a separator, a space or nothing at all.
    ///
    /// RFC 5892 disallows every character refused here: spaces, invisible and bidirectional marks, punctuation and
    /// symbols, and the compatibility forms, full-width `.` and `@` among them.
    static func mayStandInULabel(_ scalar: UInt32) -> Bool {
        switch scalar {
        // U+00B7 MIDDLE DOT: RFC 5892 appendix A.3
        case 0xB7: true
        case 0xA0...0xBF: false
        // ZERO WIDTH NON-JOINER and JOINER: RFC 5892 appendices A.1 and A.2
        case 0x200C, 0x200D: true
        // Small turned F and small reversed C, the only letters of their blocks
        case 0x214E, 0x2184: true
        case 0x1680, 0x180E, 0x2000...0x2BFF: false
        // Ideographic space, comma and full stop
        case 0x3000...0x3002: false
        // Private use, variation selectors, vertical, compatibility and small forms
        case 0xE000...0xF8FF, 0xFE00...0xFE1F, 0xFE30...0xFE6F: false
        // Byte order mark, half-width and full-width forms, specials
        case 0xFEFF, 0xFF00...0xFFFF: false
        // Tags, variation selectors, private use
        case 0xE0000...0x10FFFF: false
        default: true
        }
    }
}
