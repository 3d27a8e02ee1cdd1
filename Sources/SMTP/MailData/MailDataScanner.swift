/// Finds the end of mail data and undoes its transparency (RFC 5321 §4.5.2), whatever the split of the bytes.
///
/// The scanner starts as if after a CRLF, since a message may consist of the final dot alone. From there:
///
/// - `lineStart`: a dot may follow that is either the end or was stuffed; anything else is content.
/// - `line`: content up to the next CR.
/// - `carriageReturn`: only a LF may follow.
/// - `dot`: a dot stood at the start of the line. CR leads to the end; anything else was stuffed, and the dot is dropped.
/// - `dotCarriageReturn`: only a LF may follow, and it is the end.
///
/// Only CRLF . CRLF ends mail data. A bare CR or a bare LF anywhere is a violation, since servers that disagree about
/// them let a stranger smuggle a second message into the first (RFC 5321 §2.3.8): the session has to end there.
/// The scanner copies nothing: it answers with ranges of the input.
public struct MailDataScanner: Sendable {
    /// What the scanner found in the input.
    public enum Event: Sendable, Hashable {
        /// These octets of the input are content. Scan on from the upper bound.
        case content(Range<Int>)
        /// The final dot's line ended before this index, where commands begin again.
        case end(Int)
        /// A bare CR or LF: end the session.
        case bareNewline
        /// The input is used up.
        case more
    }

    /// What is wrong with the content, without making its end doubtful.
    public struct Findings: OptionSet, Sendable, Hashable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// An octet of value 0 (RFC 5321 §4.5.2 allows only 1…127, RFC 6152 adds 128…255).
        public static let nul = Findings(rawValue: 1)
        /// A line of more than 998 octets before its CRLF (RFC 5321 §4.5.3.1.6).
        public static let longLine = Findings(rawValue: 2)
        /// The first line starts with `From `, the mark of an mbox file.
        public static let mailboxMark = Findings(rawValue: 4)
    }

    private enum State: Sendable {
        case lineStart, line, carriageReturn, dot, dotCarriageReturn
    }

    /// RFC 5321 §4.5.3.1.6: octets in a text line, without its CRLF.
    public static let maximumLineLength = 998
    /// What is wrong with the content seen so far.
    public private(set) var findings: Findings = []

    private let framing: Framing
    private var state = State.lineStart
    private var lineLength = 0
    private var firstLine = FirstLine()

    /// How the end of the content is known.
    public enum Framing: Sendable {
        /// By the final dot: DATA.
        case dot
        /// By counted chunks: BDAT. Dots mean nothing; lines end with CRLF all the same.
        case counted
    }

    /// A scanner at the start of a message.
    public init(_ framing: Framing = .dot) { self.framing = framing }

    /// Tells the scanner that counted content is complete. False: a CR still waits for its LF.
    public mutating func finish() -> Bool {
        if lineLength > Self.maximumLineLength { findings.insert(.longLine) }
        return state != .carriageReturn
    }

    /// Brings the next event found in `input[start...]`.
    public mutating func scan(_ input: Span<UInt8>, from start: Int) -> Event {
        var run = start
        var index = start
        while index < input.count {
            let byte = input[index]
            switch state {
            case .lineStart:
                if byte == UInt8(ascii: "."), framing == .dot {
                    if run < index { return content(run..<index, of: input) }
                    state = .dot
                    index += 1
                    run = index
                } else {
                    state = .line
                    lineLength = 0
                }
            case .line:
                let found = input.firstControl(from: index)
                lineLength += found - index
                index = found
                guard found < input.count else { break }
                switch input[found] {
                case 0x0D:
                    state = .carriageReturn
                case 0x0A:
                    return .bareNewline
                default:
                    findings.insert(.nul)
                    lineLength += 1
                }
                index += 1
            case .carriageReturn:
                guard byte == 0x0A else { return .bareNewline }
                if lineLength > Self.maximumLineLength { findings.insert(.longLine) }
                state = .lineStart
                index += 1
            case .dot:
                switch byte {
                case 0x0D:
                    state = .dotCarriageReturn
                    index += 1
                case 0x0A:
                    return .bareNewline
                default:
                    state = .line
                    lineLength = 0
                }
            case .dotCarriageReturn:
                return byte == 0x0A ? .end(index + 1) : .bareNewline
            }
        }
        // A CR that will turn out to lead to the end is no content: it is only ever held in `dotCarriageReturn`.
        let end = state == .dotCarriageReturn ? index - 1 : index
        return run < end ? content(run..<end, of: input) : .more
    }

    private mutating func content(_ range: Range<Int>, of input: Span<UInt8>) -> Event {
        if firstLine.isMailboxMark(input, range) { findings.insert(.mailboxMark) }
        return .content(range)
    }
}

/// Watches the first five octets of a message.
struct FirstLine: Sendable {
    private static let mark: [UInt8] = [0x46, 0x72, 0x6F, 0x6D, 0x20]  // "From "
    private var matched: Int? = 0

    /// True once, when the content up to and including the range starts with `From `.
    mutating func isMailboxMark(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard var matched else { return false }
        for index in range {
            guard input[index] == Self.mark[matched] else {
                self.matched = nil
                return false
            }
            matched += 1
            if matched == Self.mark.count {
                self.matched = nil
                return true
            }
        }
        self.matched = matched
        return false
    }
}
