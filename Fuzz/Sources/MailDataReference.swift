import SMTP

/// RFC 5321 §4.5.2 and §2.3.8 once more, by a reader who has all octets before them and no hurry.
struct MailDataReference {
    enum Outcome: Equatable {
        case end(Int)
        case bareNewline
        case unfinished
    }

    let outcome: Outcome
    /// The content, when the outcome is not `bareNewline`.
    let content: [UInt8]
    let findings: MailDataScanner.Findings

    init(_ octets: [UInt8], _ framing: MailDataScanner.Framing) {
        var content: [UInt8] = []
        var findings: MailDataScanner.Findings = []
        var line: [UInt8] = []
        var outcome = Outcome.unfinished
        var index = 0
        while index < octets.count {
            if octets[index] == 0x0A {
                outcome = .bareNewline
                break
            }
            guard octets[index] == 0x0D else {
                line.append(octets[index])
                index += 1
                continue
            }
            guard index + 1 < octets.count else {
                line.append(0x0D)
                index += 1
                continue
            }
            guard octets[index + 1] == 0x0A else {
                outcome = .bareNewline
                break
            }
            index += 2
            if framing == .dot, line == [0x2E] {
                outcome = .end(index)
                line = []
                break
            }
            if framing == .dot, line.first == 0x2E { line.removeFirst() }
            if line.count > 998 { findings.insert(.longLine) }
            content += line + [0x0D, 0x0A]
            line = []
        }
        if outcome == .unfinished {
            // What may yet become the end is not content yet.
            if framing == .dot, line == [0x2E] || line == [0x2E, 0x0D] { line = [] }
            if framing == .dot, line.first == 0x2E { line.removeFirst() }
            content += line
        }
        if content.contains(0) { findings.insert(.nul) }
        if content.starts(with: "From ".utf8) { findings.insert(.mailboxMark) }
        self.outcome = outcome
        self.content = content
        self.findings = findings
    }
}
