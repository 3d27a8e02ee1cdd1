/// Writes commands and their parts as the grammar reads them.
struct CommandWriter {
    /// What has been written.
    private(set) var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(64)
    }

    /// Writes a literal of the ABNF.
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Writes text from elsewhere without its control characters, so that a line stays one line.
    mutating func append(text: [UInt8]) {
        for octet in text where !octet.isCTL {
            bytes.append(octet)
        }
    }

    /// Writes a number in decimal digits.
    mutating func append(_ number: UInt64) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    /// Writes one octet as two upper case hexadecimal digits.
    mutating func append(hexadecimal octet: UInt8) {
        bytes.append(CommandWriter.upperDigit(octet >> 4))
        bytes.append(CommandWriter.upperDigit(octet & 0x0F))
    }

    /// Writes a small hexadecimal digit of the value 0 to 15.
    mutating func append(digit value: UInt8) {
        bytes.append(CommandWriter.upperDigit(value).lowercasedASCII)
    }

    private static func upperDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x41 - 10 + value
    }

    // MARK: Addresses

    /// Writes a Dot-string where one can mean the same, else a Quoted-string (RFC 5321 §4.1.2).
    mutating func append(_ localPart: LocalPart) {
        let content = localPart.content
        var grammar = Grammar(content.span)
        if grammar.dotString(), grammar.isAtEnd {
            bytes.append(contentsOf: content)
            return
        }
        append("\"")
        for octet in content {
            if octet == 0x22 || octet == 0x5C { append("\\") }
            bytes.append(octet)
        }
        append("\"")
    }

    /// Writes a domain name or an address literal.
    mutating func append(_ domain: Domain) {
        switch domain {
        case .name(let name): bytes.append(contentsOf: name.bytes)
        case .literal(let literal): append(literal)
        }
    }

    /// Writes a mailbox.
    mutating func append(_ mailbox: Mailbox) {
        append(mailbox.localPart)
        append("@")
        append(mailbox.domain)
    }

    /// Writes a path with its angle brackets.
    mutating func append(_ path: ReversePath) {
        append("<")
        if let mailbox = path.mailbox { append(mailbox) }
        append(">")
    }

    /// Writes a path with its angle brackets.
    mutating func append(_ path: ForwardPath) {
        append("<")
        switch path {
        case .postmaster: append("Postmaster")
        case .mailbox(let mailbox): append(mailbox)
        }
        append(">")
    }

    // MARK: Encodings

    /// Writes xtext (RFC 3461 §4).
    mutating func append(xtext octets: [UInt8]) {
        for octet in octets {
            if octet.isXchar {
                bytes.append(octet)
            } else {
                append("+")
                append(hexadecimal: octet)
            }
        }
    }

    /// Writes utf-8-addr-xtext (RFC 6533 §3), which needs no SMTPUTF8. Octets that are no UTF-8 are left out.
    mutating func append(utf8AddressXtext octets: [UInt8]) {
        var grammar = Grammar(octets.span)
        while let octet = grammar.peek() {
            if octet.isQCHAR {
                grammar.index += 1
                bytes.append(octet)
                continue
            }
            let scalar: UInt32
            if octet >= 0x80, let decoded = grammar.utf8NonASCII() {
                scalar = decoded
            } else {
                grammar.index += 1
                guard octet < 0x80 else { continue }
                scalar = UInt32(octet)
            }
            append("\\x{")
            // Two digits at least, and no more than the value has.
            var shift = scalar > 0xFFFFF ? 20 : scalar > 0xFFFF ? 16 : scalar > 0xFFF ? 12 : scalar > 0xFF ? 8 : 4
            while shift >= 0 {
                bytes.append(CommandWriter.upperDigit(UInt8(truncatingIfNeeded: scalar >> UInt32(shift)) & 0x0F))
                shift -= 4
            }
            append("}")
        }
    }
}
