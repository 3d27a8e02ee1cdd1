import SMTP

/// Reads an address-list from left to right. Words are gathered until the next byte tells what they were: a local-part
/// (`@`), the name of a mailbox (`<`), the name of a group (`:`).
struct AddressListParser {
    private enum Word {
        case atom(Range<Int>)
        case quoted(Range<Int>, content: [UInt8])
        case dot(Range<Int>)

        var range: Range<Int> {
            switch self {
            case .atom(let range), .quoted(let range, _), .dot(let range): range
            }
        }
    }

    private var scanner: FieldScanner
    private let maximumAddresses: Int
    private var count = 0
    private var addresses: [Address] = []
    private var group: (name: DisplayName, members: [NamedMailbox])?

    init(_ body: [UInt8], maximumAddresses: Int) {
        scanner = FieldScanner(body)
        self.maximumAddresses = maximumAddresses
    }

    mutating func parse() throws(AddressSyntaxError) -> [Address] {
        do {
            try readAll()
        } catch let error as AddressSyntaxError {
            throw error
        } catch let error as FieldSyntaxError {
            throw .syntax(error)
        } catch {
            throw .syntax(.unexpectedByte(offset: scanner.position))
        }
        return addresses
    }

    private mutating func readAll() throws {
        while true {
            try scanner.skipCFWS()
            guard let byte = scanner.next else { break }
            switch byte {
            case UInt8(ascii: ","):
                scanner.advance()
            case UInt8(ascii: ";"):
                guard let open = group else { throw scanner.unexpected }
                scanner.advance()
                addresses.append(.group(open.name, open.members))
                group = nil
                try endElement()
                _ = scanner.takeComments()
            default:
                try readElement()
            }
        }
        if group != nil { throw AddressSyntaxError.unclosedGroup }
    }

    private mutating func readElement() throws {
        count += 1
        guard count <= maximumAddresses else { throw AddressSyntaxError.tooManyAddresses }
        let start = scanner.position
        let words = try readWords()
        switch scanner.next {
        case UInt8(ascii: "@"):
            let (mailbox, isEncoded) = try readAddrSpec(localPart: words, from: start)
            try add(mailbox, name: nil, hadRoute: false, isEncoded: isEncoded)
        case UInt8(ascii: "<"):
            let name = displayName(words)
            try readAngleAddr(name: name, from: start)
        case UInt8(ascii: ":"):
            guard group == nil else { throw AddressSyntaxError.nestedGroup(offset: start) }
            guard let name = displayName(words) else { throw scanner.unexpected }
            scanner.advance()
            _ = scanner.takeComments()
            group = (name, [])
        case UInt8(ascii: ","), UInt8(ascii: ";"), nil:
            throw AddressSyntaxError.missingAddress(offset: start)
        default:
            throw scanner.unexpected
        }
    }

    // RFC 5322 §3.4, §4.4 angle-addr
    private mutating func readAngleAddr(name: DisplayName?, from start: Int) throws {
        scanner.advance()
        try scanner.skipCFWS()
        if scanner.next == UInt8(ascii: ">") { throw AddressSyntaxError.nullAddress(offset: start) }
        let hadRoute = try skipRoute()
        let addressStart = scanner.position
        let words = try readWords()
        let (mailbox, isEncoded) = try readAddrSpec(localPart: words, from: addressStart)
        try scanner.expect(UInt8(ascii: ">"))
        try add(mailbox, name: name, hadRoute: hadRoute, isEncoded: isEncoded)
    }

    // RFC 5322 §4.4 obs-route
    private mutating func skipRoute() throws -> Bool {
        guard scanner.next == UInt8(ascii: "@") || scanner.next == UInt8(ascii: ",") else { return false }
        while !scanner.skip(UInt8(ascii: ":")) {
            if scanner.skip(UInt8(ascii: "@")) {
                _ = try readDomain()
            } else {
                try scanner.expect(UInt8(ascii: ","))
            }
            try scanner.skipCFWS()
        }
        try scanner.skipCFWS()
        return true
    }

    private mutating func readAddrSpec(
        localPart words: [Word], from start: Int
    ) throws -> (mailbox: Mailbox, isEncoded: Bool) {
        try scanner.expect(UInt8(ascii: "@"))
        let domainBytes = try readDomain()
        guard let content = localPartContent(words), let localPart = LocalPart(content),
            let domain = Domain(domainBytes)
        else {
            throw AddressSyntaxError.invalidMailbox(offset: start)
        }
        // words may be encoded across dots and quotes, so that the whole is searched
        let isEncoded = EncodedWord.occurs(in: content + [UInt8(ascii: "@")] + domainBytes)
        return (Mailbox(localPart: localPart, domain: domain), isEncoded)
    }

    // RFC 5322 §3.4.1, §4.4 domain
    private mutating func readDomain() throws -> [UInt8] {
        var domain: [UInt8] = []
        try scanner.skipCFWS()
        if scanner.skip(UInt8(ascii: "[")) {
            domain.append(UInt8(ascii: "["))
            if let text = scanner.take(while: { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }) {
                domain += scanner.copy(text).filter { !$0.isFoldingWhiteSpace }
            }
            try scanner.expect(UInt8(ascii: "]"))
            domain.append(UInt8(ascii: "]"))
            try scanner.skipCFWS()
            return domain
        }
        while true {
            guard let label = scanner.atom() else { throw scanner.unexpected }
            domain += scanner.copy(label)
            try scanner.skipCFWS()
            guard scanner.skip(UInt8(ascii: ".")) else { return domain }
            domain.append(UInt8(ascii: "."))
            try scanner.skipCFWS()
        }
    }

    private mutating func readWords() throws -> [Word] {
        var words: [Word] = []
        while let byte = scanner.next {
            let start = scanner.position
            if byte == .quote {
                guard let content = try scanner.quotedString() else { break }
                words.append(.quoted(start..<scanner.position, content: content))
            } else if byte == UInt8(ascii: ".") {
                scanner.advance()
                words.append(.dot(start..<scanner.position))
            } else if let atom = scanner.atom() {
                words.append(.atom(atom))
            } else {
                break
            }
            try scanner.skipCFWS()
        }
        return words
    }

    // RFC 5322 §3.4.1 local-part, §4.4 obs-local-part: words with single dots between
    private func localPartContent(_ words: [Word]) -> [UInt8]? {
        var content: [UInt8] = []
        for (index, word) in words.enumerated() {
            switch (word, index.isMultiple(of: 2)) {
            case (.atom(let range), true): content += scanner.copy(range)
            case (.quoted(_, let text), true): content += text
            case (.dot, false): content.append(UInt8(ascii: "."))
            default: return nil
            }
        }
        return words.count.isMultiple(of: 2) ? nil : content
    }

    // RFC 5322 §4.1 obs-phrase: a dot belongs to the word it touches
    private func displayName(_ words: [Word]) -> DisplayName? {
        var merged: [DisplayName.Word] = []
        var atomEnd: Int?
        var pending: [UInt8] = []
        for word in words {
            if case .quoted(_, let content) = word {
                if atomEnd != nil { merged.append(.atom(pending)) }
                pending = []
                atomEnd = nil
                merged.append(.quoted(content))
                continue
            }
            if let end = atomEnd, end != word.range.lowerBound {
                merged.append(.atom(pending))
                pending = []
            }
            pending += scanner.copy(word.range)
            atomEnd = word.range.upperBound
        }
        if atomEnd != nil { merged.append(.atom(pending)) }
        return merged.isEmpty ? nil : DisplayName(words: merged)
    }

    private mutating func add(_ mailbox: Mailbox, name: DisplayName?, hadRoute: Bool, isEncoded: Bool) throws {
        try scanner.skipCFWS()
        let named = NamedMailbox(
            displayName: name, mailbox: mailbox, comments: scanner.takeComments(), hadRoute: hadRoute,
            hasEncodedWordInAddress: isEncoded)
        if group == nil {
            addresses.append(.mailbox(named))
        } else {
            group?.members.append(named)
        }
        try endElement()
    }

    private mutating func endElement() throws {
        try scanner.skipCFWS()
        switch scanner.next {
        case nil: return
        case UInt8(ascii: ","): scanner.advance()
        case UInt8(ascii: ";") where group != nil: return
        default: throw scanner.unexpected
        }
    }
}
