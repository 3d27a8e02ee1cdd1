/// What is wrong with octets that should be one whole reply or several (RFC 5321 §4.2); nil: nothing.
func flaw(inReplies bytes: [UInt8]) -> String? {
    var rest = bytes[...]
    var code: [UInt8] = []
    var isOpen = false
    while !rest.isEmpty {
        guard let end = rest.firstIndex(of: 0x0A), end > rest.startIndex, rest[end - 1] == 0x0D else {
            return "no CRLF"
        }
        let line = Array(rest[..<(end - 1)])
        rest = rest[(end + 1)...]
        // RFC 5321 §4.5.3.1.5
        if line.count + 2 > 512 { return "a line of \(line.count + 2) octets" }
        if line.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "a control octet" }
        guard line.count >= 4, line[..<3].allSatisfy({ (0x30...0x39).contains($0) }) else { return "no code" }
        // RFC 5321 §4.2, Reply-code
        guard (0x32...0x35).contains(line[0]), (0x30...0x35).contains(line[1]) else { return "a code that is none" }
        guard line[3] == 0x20 || line[3] == 0x2D else { return "no mark behind the code" }
        if isOpen, Array(line[..<3]) != code { return "two codes in one reply" }
        code = Array(line[..<3])
        isOpen = line[3] == 0x2D
        if let flaw = flawOfStatus(line) { return flaw }
    }
    return isOpen ? "a last line that says more follows" : nil
}

/// RFC 2034 §4: the class of the enhanced code is the reply's first digit.
private func flawOfStatus(_ line: [UInt8]) -> String? {
    let word = line[4...].prefix { $0 != 0x20 }
    let parts = word.split(separator: 0x2E, omittingEmptySubsequences: false)
    let isStatus = parts.count == 3 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
    if isStatus { return word.first == line[0] ? nil : "class \(word.first ?? 0) in a reply of class \(line[0])" }
    // RFC 2034 §4: a refusal has one. Not here: greetings, 354, EHLO.
    return line[0] >= 0x34 ? "no enhanced status code" : nil
}
