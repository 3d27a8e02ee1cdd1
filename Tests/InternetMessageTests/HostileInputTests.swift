import InternetMessage
import Testing

struct HostileInputTests {
    static func readEverything(_ input: [UInt8]) {
        _ = try? AddressList(input)
        _ = try? AuthenticationResults(input)
        _ = InternetDate(input)
        _ = MessageID(input)
        _ = MessageID.all(in: input)
        _ = Received(input).clientAddress
        _ = Keywords(input)
        _ = DisplayText.decode(input)
        _ = MediaType(input)
        _ = ContentDisposition(input)?.parameters["filename"]
        _ = MIMEMessage(Array("Content-Type: text/html; charset=".utf8) + input).displayText()
        _ = try? Author.identity(in: HeaderSection(Array("From:".utf8) + input))
    }

    @Test("M24, M25: no bytes trap a reader")
    func random() {
        var generator = SeededGenerator(seed: 5_322)
        let pieces = [
            "a", "@", ".", "<", ">", ",", ";", ":", "(", ")", "\"", "\\", "[", "]", "=", "/", "=?utf-8?q?=", "?=", " ",
            "\r\n ", "\0", "ö", "1", "99999999999999999999", "Jan", "+0000", "from", "by", "spf", "reason", "IPv6:",
        ].map(bytes)
        for _ in 0..<5_000 {
            let count = Int.random(in: 0..<20, using: &generator)
            Self.readEverything((0..<count).flatMap { _ in pieces.randomElement(using: &generator) ?? [] })
            Self.readEverything((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
    }

    @Test(
        "M13, M25: the same token 10,000 times",
        arguments: [
            "(", ")", "()", "((", "\"", "\\", "<", ">", "@", "a@", "a@b,", ".", "a.", "[", "]", "[]", "=?", "=?a?q?",
            "?=",
            "=?utf-8?b?AA==?= ", ":", ";", "g:", "g:;", "g:;,", ",", "\r\n ", "<a@b>", "<a@b", "<\"", "<(", "a;a=b ",
            "1:",
            "from ", "(\"", "\"(", "\u{FF}",
        ])
    func repeated(token: String) {
        Self.readEverything(bytes(String(repeating: token, count: 10_000)))
    }
}
