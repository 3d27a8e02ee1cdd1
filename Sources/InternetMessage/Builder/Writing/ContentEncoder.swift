import SMTP

/// Puts content into the transfer encoding that is asked for, or into the plainest one that carries it (RFC 2045 §6).
struct ContentEncoder {
    /// What the way is known to carry.
    var extensions: Extensions
    /// It must stay the same octet for octet (RFC 1847 §2.1): no 8-bit, no white space at line ends, no `From ` lines.
    var isSigned: Bool
    /// The content is lines of text, so that an encoding that people can read is preferred.
    var isText: Bool
    /// It must come out octet for octet; else text at the end of the message gets a line end when it has none.
    var isExact: Bool
    /// The content is the end of the message, which ends with a line end: an encoding has to tell when it does not.
    var isLast: Bool

    func encode(
        _ content: [UInt8], as asked: TransferEncoding?
    ) throws(MessageBuilderError) -> (encoding: TransferEncoding, body: [UInt8]) {
        let facts = LineFacts(content)
        if let asked {
            guard carries(asked, facts) else { throw .encodingCannotCarry(asked) }
            return (asked, write(content, as: asked, facts))
        }
        guard isText else { return (.base64, write(content, as: .base64, facts)) }
        for encoding in [TransferEncoding.sevenBit, .eightBit] where carries(encoding, facts) {
            return (encoding, write(content, as: encoding, facts))
        }
        let quoted = write(content, as: .quotedPrintable, facts)
        // most of it can be read so
        guard quoted.count > 2 * Base64Writer.encodedLength(content.count) else { return (.quotedPrintable, quoted) }
        return (.base64, write(content, as: .base64, facts))
    }

    private func carries(_ encoding: TransferEncoding, _ facts: LineFacts) -> Bool {
        switch encoding {
        case .base64, .quotedPrintable: true
        case .sevenBit:
            facts.isOfLines && !facts.hasEightBit && !(isSigned && (facts.hasTrailingSpace || facts.hasFromLine))
                && (!isExact || !isLast || facts.endsWithLine)
        case .eightBit:
            facts.isOfLines && extensions.contains(.eightBitMIME) && !isSigned
                && (!isExact || !isLast || facts.endsWithLine)
        case .binary: extensions.contains(.binaryMIME) && !isSigned && (!isLast || facts.endsWithLine)
        case .uuencode, .other: false
        }
    }

    private func write(_ content: [UInt8], as encoding: TransferEncoding, _ facts: LineFacts) -> [UInt8] {
        switch encoding {
        case .base64: return Base64Writer.lines(content)
        case .quotedPrintable:
            let lines = QuotedPrintableWriter.lines(content)
            return isLast && !facts.endsWithLine ? lines + "=".utf8 : lines
        default: return content
        }
    }

    /// Text with CRLF for each of its line ends, CR, LF or CRLF (RFC 2046 §4.1.1).
    static func canonicalLines(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count + text.utf8.count / 32)
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == .carriageReturn || (byte == .lineFeed && previous != .carriageReturn) {
                out += [.carriageReturn, .lineFeed]
            } else if byte != .lineFeed {
                out.append(byte)
            }
            previous = byte
        }
        return out
    }
}
