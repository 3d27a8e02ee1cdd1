@testable import SMTP

/// What becomes of mail data.
struct ScanResult: Hashable, CustomStringConvertible {
    enum Outcome: Hashable {
        /// The final dot's line ended before this index.
        case end(Int)
        case bareNewline
        case more
    }

    var outcome: Outcome
    /// Without transparency. Nothing when the session ends.
    var content: [UInt8]
    var findings: MailDataScanner.Findings

    init(_ outcome: Outcome, _ content: [UInt8] = [], _ findings: MailDataScanner.Findings = []) {
        self.outcome = outcome
        // What came before a violation is nobody's content.
        self.content = outcome == .bareNewline ? [] : content
        self.findings = outcome == .bareNewline ? [] : findings
    }

    var description: String { "\(outcome), findings \(findings.rawValue), content \(content)" }

    /// RFC 5321 §4.5.2 said slowly, with all octets at hand.
    init(reference input: [UInt8]) {
        let crlf: [UInt8] = [0x0D, 0x0A]
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        var findings: MailDataScanner.Findings = []
        var index = 0
        var outcome = Outcome.more
        while index < input.count {
            if input[index] == 0x0A {
                self.init(.bareNewline)
                return
            }
            if input[index] == 0x0D {
                guard index + 1 < input.count else { break }
                guard input[index + 1] == 0x0A else {
                    self.init(.bareNewline)
                    return
                }
                if line == [0x2E] {
                    outcome = .end(index + 2)
                    break
                }
                lines.append(line)
                line = []
                index += 2
                continue
            }
            line.append(input[index])
            index += 1
        }
        let unstuffed = lines.map { $0.first == 0x2E ? Array($0.dropFirst()) : $0 }
        if unstuffed.contains(where: { $0.count > 998 }) { findings.insert(.longLine) }
        var content = unstuffed.flatMap { $0 + crlf }
        if outcome == .more {
            // The last line isn't complete. A dot at its start may yet be the end, and then its CR is no content.
            let stuffed = line.first == 0x2E
            let isHeldBack = line == [0x2E]
            content += stuffed ? line.dropFirst() : line[...]
            if index < input.count, !isHeldBack { content.append(0x0D) }
        }
        if content.contains(0) { findings.insert(.nul) }
        if content.starts(with: Array("From ".utf8)) { findings.insert(.mailboxMark) }
        self.init(outcome, content, findings)
    }

    /// What the scanner makes of the same octets when they come in these pieces.
    init(scanning pieces: [ArraySlice<UInt8>], _ framing: MailDataScanner.Framing = .dot) {
        var scanner = MailDataScanner(framing)
        var content: [UInt8] = []
        var before = 0
        for piece in pieces {
            let piece = Array(piece)
            var index = 0
            scan: while true {
                switch scanner.scan(piece.span, from: index) {
                case .content(let range):
                    content += piece[range]
                    index = range.upperBound
                case .end(let end):
                    self.init(.end(before + end), content, scanner.findings)
                    return
                case .bareNewline:
                    self.init(.bareNewline)
                    return
                case .more:
                    break scan
                }
            }
            before += piece.count
        }
        self.init(.more, content, scanner.findings)
    }
}

extension Array where Element == UInt8 {
    /// The array whole, cut in two at every place, and octet by octet.
    var splits: [[ArraySlice<UInt8>]] {
        [[self[...]]] + indices.dropFirst().map { [self[..<$0], self[$0...]] } + [indices.map { self[$0...$0] }]
    }
}
