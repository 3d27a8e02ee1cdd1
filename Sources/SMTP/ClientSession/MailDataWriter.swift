/// Makes content transparent for DATA (RFC 5321 §4.5.2), whatever the split of the bytes, and watches that it can be sent at all.
///
/// It copies nothing: it answers with ranges of the input to send as they are, and with the dots between them. Bare CR, bare LF
/// and NUL are refused and never mended: what is sent is what was given, and nothing in it can end the content early.
public struct MailDataWriter: Sendable {
    /// What to send next.
    public enum Piece: Sendable, Hashable {
        /// These octets of the input; go on from the upper bound.
        case octets(Range<Int>)
        /// A dot; go on from the same place.
        case dot
        /// Nothing: the input is used up.
        case more
    }

    /// What content may have.
    public struct Allowance: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Octets over 127.
        public static let eightBit = Allowance(rawValue: 1)
        /// Lines of more than 998 octets.
        public static let longLines = Allowance(rawValue: 2)
    }

    private enum State: Sendable {
        case lineStart
        /// The dot before the line's own was sent.
        case stuffed
        case line
        case carriageReturn
    }

    private let allowance: Allowance
    private let framing: MailDataScanner.Framing
    private var state = State.lineStart
    private var lineLength = 0

    /// A writer at the start of a message. With `counted` framing it only watches: chunks need no dots (RFC 3030 §2).
    public init(_ framing: MailDataScanner.Framing = .dot, allowing allowance: Allowance) {
        self.framing = framing
        self.allowance = allowance
    }

    /// Brings what has to be sent of `input[start...]`.
    public mutating func next(_ input: Span<UInt8>, from start: Int) throws(ClientFault) -> Piece {
        var index = start
        while index < input.count {
            switch state {
            case .lineStart:
                if framing == .dot, input[index] == UInt8(ascii: ".") {
                    guard start == index else { return try checked(start..<index, input) }
                    state = .stuffed
                    return .dot
                }
                state = .line
            case .stuffed:
                state = .line
            case .line:
                let found = input.firstControl(from: index)
                lineLength &+= found - index
                guard lineLength <= MailDataScanner.maximumLineLength || allowance.contains(.longLines) else {
                    throw .lineTooLong
                }
                index = found
                guard found < input.count else { break }
                switch input[found] {
                case 0x0D: state = .carriageReturn
                case 0x0A: throw .bareNewline
                default: throw .nulInContent
                }
                index += 1
            case .carriageReturn:
                guard input[index] == 0x0A else { throw .bareNewline }
                state = .lineStart
                lineLength = 0
                index += 1
            }
        }
        return start < index ? try checked(start..<index, input) : .more
    }

    /// What ends the content: the final dot's line, after a CRLF if the last line has none (RFC 5321 §4.1.1.4); nothing when
    /// chunks are counted.
    public func end() throws(ClientFault) -> [UInt8] {
        guard state != .carriageReturn else { throw .bareNewline }
        guard framing == .dot else { return [] }
        return Self.end(afterLineEnd: state == .lineStart)
    }

    /// What ends content that was looked through before.
    public static func end(afterLineEnd: Bool) -> [UInt8] {
        afterLineEnd ? [0x2E, 0x0D, 0x0A] : [0x0D, 0x0A, 0x2E, 0x0D, 0x0A]
    }

    private func checked(_ range: Range<Int>, _ input: Span<UInt8>) throws(ClientFault) -> Piece {
        guard allowance.contains(.eightBit) || !input.extracting(range).hasEightBit else { throw .needsEightBitMIME }
        return .octets(range)
    }
}
