extension SPFGrammar {
    // domain-spec      = macro-string domain-end
    // domain-end       = ( "." toplabel [ "." ] ) / macro-expand
    mutating func domainSpec(until specEnd: Int) throws(SPFSyntaxError) -> SPFMacroString {
        let start = position
        let string = try macroString(until: specEnd)
        switch string.parts.last {
        case nil: throw error(.domain, at: start)
        case .literal(let literal)?:
            guard Self.endsInTopLabel(literal) else { throw error(.domain, at: start) }
        default: break
        }
        return string
    }

    // toplabel         = ( *alphanum ALPHA *alphanum ) /
    //                    ( 1*alphanum "-" *( alphanum / "-" ) alphanum )
    //                  ; LDH rule plus additional TLD restrictions
    private static func endsInTopLabel(_ literal: [UInt8]) -> Bool {
        let dot = UInt8(ascii: ".")
        let hyphen = UInt8(ascii: "-")
        let name = literal.last == dot ? literal.dropLast() : literal[...]
        guard let lastDot = name.lastIndex(of: dot) else { return false }
        let label = name[(lastDot + 1)...]
        return label.first?.spfIsAlphanum == true && label.last?.spfIsAlphanum == true
            && label.allSatisfy { $0.spfIsAlphanum || $0 == hyphen } && !label.allSatisfy(\.spfIsDigit)
    }

    // explain-string   = *( macro-string / SP )
    mutating func explainString() throws(SPFSyntaxError) -> SPFMacroString {
        try macroString(until: end, isExplanation: true)
    }

    // macro-string     = *( macro-expand / macro-literal )
    // macro-literal    = %x21-24 / %x26-7E
    //                  ; visible characters except "%"
    mutating func macroString(until stringEnd: Int, isExplanation: Bool = false) throws(SPFSyntaxError)
        -> SPFMacroString
    {
        var parts: [SPFMacroString.Part] = []
        var literal = position
        while position < stringEnd {
            switch text[position] {
            case UInt8(ascii: "%"):
                if literal < position { parts.append(.literal(Array(text[literal..<position]))) }
                parts.append(try macroExpand(until: stringEnd, isExplanation: isExplanation))
                literal = position
            case 0x21...0x7E: position += 1
            case UInt8(ascii: " ") where isExplanation: position += 1
            default: throw error(.octet)
            }
        }
        if literal < position { parts.append(.literal(Array(text[literal..<position]))) }
        return SPFMacroString(parts: parts)
    }

    // macro-expand     = ( "%{" macro-letter transformers *delimiter "}" )
    //                  / "%%" / "%_" / "%-"
    private mutating func macroExpand(
        until stringEnd: Int, isExplanation: Bool
    ) throws(SPFSyntaxError) -> SPFMacroString.Part {
        let start = position
        guard position + 1 < stringEnd else { throw error(.macro, at: start) }
        let kind = text[position + 1]
        position += 2
        switch kind {
        case UInt8(ascii: "%"): return .percent
        case UInt8(ascii: "_"): return .space
        case UInt8(ascii: "-"): return .escapedSpace
        case UInt8(ascii: "{"): break
        default: throw error(.macro, at: start)
        }
        guard position < stringEnd, let letter = SPFMacro.Letter(rawValue: text[position].spfLowercased) else {
            throw error(.macro, at: start)
        }
        // RFC 7208 §7.2: c, r and t are allowed only in explanations.
        guard isExplanation || !letter.isForExplanations else { throw error(.letter, at: start) }
        let isEscaped = text[position] != letter.rawValue
        position += 1
        let (count, isReversed) = try transformers(until: stringEnd)
        var delimiters: SPFMacro.Delimiters = []
        while position < stringEnd, let delimiter = SPFMacro.Delimiters(octet: text[position]) {
            delimiters.insert(delimiter)
            position += 1
        }
        guard position < stringEnd, text[position] == UInt8(ascii: "}") else { throw error(.macro, at: start) }
        position += 1
        return .macro(
            SPFMacro(
                letter: letter, isURLEscaped: isEscaped, partCount: count, isReversed: isReversed,
                delimiters: delimiters))
    }

    // transformers     = *DIGIT [ "r" ]
    private mutating func transformers(
        until stringEnd: Int
    ) throws(SPFSyntaxError) -> (count: Int?, isReversed: Bool) {
        var count: Int?
        let start = position
        while position < stringEnd, text[position].spfIsDigit {
            count = min((count ?? 0) * 10 + Int(text[position] - UInt8(ascii: "0")), SPFMacro.maximumPartCount)
            position += 1
        }
        // RFC 7208 §7.3: the value must be nonzero.
        guard count != 0 else { throw error(.macro, at: start) }
        let isReversed = position < stringEnd && text[position].spfLowercased == UInt8(ascii: "r")
        if isReversed { position += 1 }
        return (count, isReversed)
    }
}
