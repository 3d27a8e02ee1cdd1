import NameResolution

/// Reads records by the grammar of RFC 7208 §12: term by term, each octet a small fixed number of times.
///
/// Names of mechanisms, modifiers and macros are read in any case (RFC 5234 §2.3).
struct SPFGrammar<Text: RandomAccessCollection<UInt8>> where Text.Index == Int {
    let text: Text
    var position: Int
    /// The end of what is read now: of the text, or of a term.
    var end: Int

    init(_ text: Text) {
        self.text = text
        position = text.startIndex
        end = text.endIndex
    }

    var next: UInt8? { position < end ? text[position] : nil }

    func error(_ reason: SPFSyntaxError.Reason, at place: Int? = nil) -> SPFSyntaxError {
        SPFSyntaxError(reason: reason, offset: (place ?? position) - text.startIndex)
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    mutating func expectEnd(_ reason: SPFSyntaxError.Reason) throws(SPFSyntaxError) {
        guard position == end else { throw error(reason) }
    }

    /// Whether these octets are the word, which is given in small letters.
    func reads(_ range: Range<Int>, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            word.count == range.count && zip(range, word).allSatisfy { text[$0].spfLowercased == $1 }
        }
    }

    // version          = "v=spf1"
    var hasVersion: Bool {
        let versionEnd = text.startIndex + 6
        guard text.count >= 6, reads(text.startIndex..<versionEnd, "v=spf1") else { return false }
        return versionEnd == text.endIndex || text[versionEnd] == UInt8(ascii: " ")
    }

    // record           = version terms *SP
    // terms            = *( 1*SP ( directive / modifier ) )
    mutating func record() throws(SPFSyntaxError) -> SPFRecord {
        guard hasVersion else { throw error(.version) }
        position += 6
        var record = SPFRecord()
        while true {
            while skip(UInt8(ascii: " ")) {}
            guard position < end else { return record }
            end = text[position...].firstIndex(of: UInt8(ascii: " ")) ?? text.endIndex
            try term(of: &record)
            end = text.endIndex
        }
    }

    // directive        = [ qualifier ] mechanism
    // qualifier        = "+" / "-" / "?" / "~"
    // modifier         = redirect / explanation / unknown-modifier
    // RFC 7208 §4.6.1: a modifier has "=" immediately after its name, and no mechanism has.
    private mutating func term(of record: inout SPFRecord) throws(SPFSyntaxError) {
        let start = position
        let qualifier = next.flatMap(SPFQualifier.init(rawValue:))
        if qualifier != nil { position += 1 }
        guard let name = name() else { throw error(.term, at: start) }
        if next == UInt8(ascii: "=") {
            guard qualifier == nil else { throw error(.term, at: start) }
            position += 1
            try modifier(name, of: &record)
        } else {
            let mechanism = try mechanism(name)
            record.directives.append(SPFDirective(qualifier: qualifier ?? .pass, mechanism: mechanism))
        }
    }

    // name             = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
    private mutating func name() -> Range<Int>? {
        let start = position
        guard next?.spfIsAlpha == true else { return nil }
        while let byte = next, byte.spfIsNameByte { position += 1 }
        return start..<position
    }

    // redirect         = "redirect" "=" domain-spec
    // explanation      = "exp" "=" domain-spec
    // unknown-modifier = name "=" macro-string
    //                  ; where name is not any known modifier
    private mutating func modifier(_ name: Range<Int>, of record: inout SPFRecord) throws(SPFSyntaxError) {
        if reads(name, "redirect") {
            // RFC 7208 §6: neither may stand there more than once.
            guard record.redirect == nil else { throw error(.repeated, at: name.lowerBound) }
            record.redirect = try domainSpec(until: end)
        } else if reads(name, "exp") {
            guard record.explanation == nil else { throw error(.repeated, at: name.lowerBound) }
            record.explanation = try domainSpec(until: end)
        } else {
            record.otherModifiers.append(SPFModifier(name: Array(text[name]), value: try macroString(until: end)))
        }
    }

    // mechanism        = ( all / include / a / mx / ptr / ip4 / ip6 / exists )
    // all              = "all"
    // include          = "include"  ":" domain-spec
    // a                = "a"      [ ":" domain-spec ] [ dual-cidr-length ]
    // mx               = "mx"     [ ":" domain-spec ] [ dual-cidr-length ]
    // ptr              = "ptr"    [ ":" domain-spec ]
    // exists           = "exists"   ":" domain-spec
    private mutating func mechanism(_ name: Range<Int>) throws(SPFSyntaxError) -> SPFMechanism {
        if reads(name, "ip4") { return try network(isIPv6: false) }
        if reads(name, "ip6") { return try network(isIPv6: true) }
        if reads(name, "include") { return .include(try requiredDomainSpec()) }
        if reads(name, "exists") { return .exists(try requiredDomainSpec()) }
        if reads(name, "ptr") { return .ptr(try optionalDomainSpec(until: end)) }
        if reads(name, "all") {
            try expectEnd(.argument)
            return .all
        }
        let isA = reads(name, "a")
        guard isA || reads(name, "mx") else { throw error(.mechanism, at: name.lowerBound) }
        let (lengths, specEnd) = try dualCIDRLength()
        let domain = try optionalDomainSpec(until: specEnd)
        position = end
        return isA ? .a(domain, lengths) : .mx(domain, lengths)
    }

    private mutating func requiredDomainSpec() throws(SPFSyntaxError) -> SPFMacroString {
        guard skip(UInt8(ascii: ":")) else { throw error(.argument) }
        return try domainSpec(until: end)
    }

    private mutating func optionalDomainSpec(until specEnd: Int) throws(SPFSyntaxError) -> SPFMacroString? {
        guard position < specEnd else { return nil }
        guard skip(UInt8(ascii: ":")) else { throw error(.argument) }
        return try domainSpec(until: specEnd)
    }
}

extension SPFGrammar {
    // ip4              = "ip4"      ":" ip4-network   [ ip4-cidr-length ]
    // ip6              = "ip6"      ":" ip6-network   [ ip6-cidr-length ]
    // ip4-network      = qnum "." qnum "." qnum "." qnum
    // ip6-network      = <as per Section 2.2 of [RFC4291]>
    private mutating func network(isIPv6: Bool) throws(SPFSyntaxError) -> SPFMechanism {
        guard skip(UInt8(ascii: ":")) else { throw error(.argument) }
        let slash = text[position..<end].firstIndex(of: UInt8(ascii: "/"))
        guard let address = IPAddress(text[position..<(slash ?? end)]), address.isIPv6 == isIPv6 else {
            throw error(.network)
        }
        var length = address.bitWidth
        if let slash { length = try cidrLength(slash + 1..<end, maximum: length) }
        position = end
        return isIPv6 ? .ip6(address, length: length) : .ip4(address, length: length)
    }

    // dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]
    /// Reads it from the end, since a domain-spec may hold slashes, but neither a toplabel nor a macro ends like this.
    ///
    /// - Returns: the lengths, and where they begin.
    private func dualCIDRLength() throws(SPFSyntaxError) -> (lengths: SPFPrefixLengths, start: Int) {
        guard let last = digitsAfterSlash(before: end) else { return (SPFPrefixLengths(), end) }
        let slash = last.lowerBound - 1
        guard slash > position, text[slash - 1] == UInt8(ascii: "/") else {
            return (SPFPrefixLengths(ipv4: try cidrLength(last, maximum: 32)), slash)
        }
        let ipv6 = try cidrLength(last, maximum: 128)
        guard let first = digitsAfterSlash(before: slash - 1) else { return (SPFPrefixLengths(ipv6: ipv6), slash - 1) }
        let ipv4 = try cidrLength(first, maximum: 32)
        return (SPFPrefixLengths(ipv4: ipv4, ipv6: ipv6), first.lowerBound - 1)
    }

    private func digitsAfterSlash(before end: Int) -> Range<Int>? {
        var start = end
        while start > position, text[start - 1].spfIsDigit { start -= 1 }
        guard start < end, start > position, text[start - 1] == UInt8(ascii: "/") else { return nil }
        return start..<end
    }

    // ip4-cidr-length  = "/" ("0" / %x31-39 0*1DIGIT) ; value range 0-32
    // ip6-cidr-length  = "/" ("0" / %x31-39 0*2DIGIT) ; value range 0-128
    private func cidrLength(_ digits: Range<Int>, maximum: Int) throws(SPFSyntaxError) -> Int {
        guard (1...3).contains(digits.count), digits.allSatisfy({ text[$0].spfIsDigit }),
            digits.count == 1 || text[digits.lowerBound] != UInt8(ascii: "0")
        else { throw error(.prefixLength, at: digits.lowerBound) }
        let length = digits.reduce(0) { $0 * 10 + Int(text[$1] - UInt8(ascii: "0")) }
        guard length <= maximum else { throw error(.prefixLength, at: digits.lowerBound) }
        return length
    }
}

/// Octet classes of RFC 7208 §12.
extension UInt8 {
    var spfIsDigit: Bool { (0x30...0x39).contains(self) }

    var spfLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }

    var spfIsAlpha: Bool { (0x61...0x7A).contains(spfLowercased) }

    var spfIsAlphanum: Bool { spfIsAlpha || spfIsDigit }

    var spfIsNameByte: Bool {
        spfIsAlphanum || self == UInt8(ascii: "-") || self == UInt8(ascii: "_") || self == UInt8(ascii: ".")
    }
}
