/// `Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF`, RFC 5321 §4.2
enum ReplyForm {
    /// Traps unless the octets are complete replies, each line with the code of its reply and an enhanced status code
    /// of the same class (RFC 2034 §4).
    static func check(_ octets: [UInt8]) {
        require(!octets.isEmpty, "nothing was sent")
        var start = 0
        var open: ArraySlice<UInt8>?
        while start < octets.count {
            guard let end = octets[start...].firstIndex(of: 0x0A) else {
                return require(false, "\(shown(octets[start...])) has no end")
            }
            let line = octets[start...end]
            require(line.count <= 512, "a reply line of \(line.count) octets")
            require(line.count >= 6 && line.suffix(2).first == 0x0D, "\(shown(line)) is no reply line")
            let text = line.dropLast(2)
            require(text.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a control character in \(shown(line))")
            let code = text.prefix(3)
            require(isCode(code), "\(shown(line)) has no reply code")
            require(open.map { $0.elementsEqual(code) } ?? true, "the code changes in \(shown(octets))")
            let mark = text.dropFirst(3).first
            require(mark == 0x20 || mark == 0x2D, "\(shown(line)) has no mark after its code")
            check(status: text.dropFirst(4), of: code)
            open = mark == 0x2D ? code : nil
            start = end + 1
        }
        require(open == nil, "a reply without a last line: \(shown(octets))")
    }

    private static func isCode(_ code: ArraySlice<UInt8>) -> Bool {
        let digits = Array(code)
        return digits.count == 3 && (0x32...0x35).contains(digits[0]) && (0x30...0x35).contains(digits[1])
            && (0x30...0x39).contains(digits[2])
    }

    private static func check(status text: ArraySlice<UInt8>, of code: ArraySlice<UInt8>) {
        let parts = text.prefix { $0 != 0x20 }.split(separator: 0x2E, omittingEmptySubsequences: false)
        let isStatus =
            parts.count == 3 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
        let isRefusal = code.first == 0x34 || code.first == 0x35
        require(isStatus || !isRefusal, "\(shown(code)) has no enhanced status code")
        require(!isStatus || parts[0].elementsEqual(code.prefix(1)), "\(shown(code)) with \(shown(text))")
    }
}
