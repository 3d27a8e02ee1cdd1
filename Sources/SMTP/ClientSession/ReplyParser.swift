/// Reads replies (RFC 5321 §4.2), whatever the split of the bytes.
///
/// Strict where a reply could mean something else than its server meant: the code is three digits from 200 to 599 and the same on
/// each line, and what separates it from the text is a space, a hyphen, or the end of the line. Tolerant where nothing hangs on
/// it: a line may end with a bare LF or with several CR (this side never sends such an octet, so no server can be made to echo
/// one), digits after the first may be any (`571` is in use), and the text may be any octets but CR and NUL.
public struct ReplyParser: Sendable {
    /// Bounds on one reply.
    public struct Limits: Sendable, Hashable {
        /// Octets of a line with its end. RFC 5321 §4.5.3.1.5 says 512; real servers exceed it.
        public var lineLength = 2048
        /// Lines of a reply.
        public var lines = 256
        /// Octets of a reply.
        public var octets = 64 << 10

        /// The defaults.
        public init() {}
    }

    /// What is wrong with a reply.
    public enum Fault: Error, Sendable, Hashable {
        /// A line is longer than the limit.
        case lineTooLong
        /// The reply has more lines than the limit.
        case tooManyLines
        /// The reply has more octets than the limit.
        case tooLong
        /// A line doesn't begin with a code.
        case noCode
        /// A code is followed by something else than space, hyphen or the end of the line.
        case separator
        /// The code isn't the one of the lines before.
        case codeChanged
        /// CR within a line, or NUL.
        case control
    }

    private let limits: Limits
    private var code: UInt16?
    private var status: EnhancedStatusCode?
    private var text: [UInt8] = []
    private var lines = 0
    private var octets = 0

    /// A parser at the start of a reply.
    public init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Reads on until a reply is complete.
    ///
    /// - Returns: how many octets of the input were used up (whole lines only), and the reply; nil when more input is needed.
    public mutating func next(_ input: Span<UInt8>) throws(Fault) -> (consumed: Int, reply: ServerReply?) {
        var start = 0
        while let (end, next) = try lineEnd(input, from: start) {
            let isLast = try line(input.extracting(start..<end), length: next - start)
            start = next
            if isLast { return (start, take()) }
        }
        return (start, nil)
    }

    /// The end of the line's text, and where the next line begins; nil when the line isn't complete.
    private func lineEnd(_ input: Span<UInt8>, from start: Int) throws(Fault) -> (end: Int, next: Int)? {
        var index = start
        var end: Int?
        while true {
            let found = input.firstControl(from: index)
            guard found - start < limits.lineLength else { throw .lineTooLong }
            // After a CR only CR and LF may follow.
            if end != nil, found > index { throw .control }
            guard found < input.count else { return nil }
            switch input[found] {
            case 0x0A: return (end ?? found, found + 1)
            case 0x0D: end = end ?? found
            default: throw .control
            }
            index = found + 1
        }
    }

    private mutating func line(_ line: Span<UInt8>, length: Int) throws(Fault) -> Bool {
        lines += 1
        octets += length
        guard lines <= limits.lines else { throw .tooManyLines }
        guard octets <= limits.octets else { throw .tooLong }
        guard line.count >= 3, (0x32...0x35).contains(line[0]), line[1].isDIGIT, line[2].isDIGIT else { throw .noCode }
        let code = UInt16(line[0] - 0x30) * 100 + UInt16(line[1] - 0x30) * 10 + UInt16(line[2] - 0x30)
        if let first = self.code, first != code { throw .codeChanged }
        var isLast = true
        if line.count > 3 {
            switch line[3] {
            case 0x20: break
            case 0x2D: isLast = false
            default: throw .separator
            }
        }
        if self.code == nil {
            self.code = code
            if line.count > 4 {
                status = EnhancedStatusCode(
                    startOf: line.extracting(4..<line.count), severity: UInt8(truncatingIfNeeded: code / 100))
            }
        } else {
            text.append(0x0A)
        }
        if line.count > 4 {
            line.extracting(4..<line.count).withUnsafeBufferPointer { text.append(contentsOf: $0) }
        }
        return isLast
    }

    private mutating func take() -> ServerReply? {
        guard let code else { return nil }
        let reply = ServerReply(code: code, status: status, text: text)
        self = ReplyParser(limits)
        return reply
    }
}

extension EnhancedStatusCode {
    /// The code that a reply's text begins with, followed by a space or its end (RFC 2034 §4); nil when there is none or its
    /// class isn't the reply's.
    init?(startOf text: Span<UInt8>, severity: UInt8) {
        guard text.count >= 5, text[0] == 0x30 + severity, text[1] == 0x2E else { return nil }
        var index = 2
        guard let subject = Self.number(text, &index), index < text.count, text[index] == 0x2E else { return nil }
        index += 1
        guard let detail = Self.number(text, &index), index == text.count || text[index] == 0x20 else { return nil }
        self.init(severity, subject, detail)
    }

    /// RFC 3463 §2: one to three digits.
    private static func number(_ text: Span<UInt8>, _ index: inout Int) -> UInt16? {
        var value: UInt16 = 0
        let start = index
        while index < text.count, index - start < 3, text[index].isDIGIT {
            value = value * 10 + UInt16(text[index] - 0x30)
            index += 1
        }
        return index > start ? value : nil
    }
}
