import InternetMessage
import Testing

struct DisplayTextTests {
    @Test(
        "RFC 2047: words are decoded and joined",
        arguments: [
            ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"), ("=?utf-8?q?a?= b", "a b"), ("a  b\r\n c", "a  b c"),
            ("=?utf-8?b?w6Q=?=", "ä"), ("=?utf-8?q?=C3?= =?utf-8?q?=A4?=", "ä"), ("=?iso-8859-15?q?=A4?=", "€"),
            ("=?windows-1252?q?=80=92?=", "€’"), ("=?ISO-8859-1*en?Q?=E4_=e4?=", "ä ä"),
            ("=?us-ascii?q?=E4?=", "\u{FFFD}"), ("=?iso-8859-7?q?a=E4?=", "aδ"),
            ("=?iso-8859-99?q?a=E4?=", "a\u{FFFD}"),
            ("=?utf-7?q?+ADw-script+AD4-?=", "<script>"), ("=?nonsense?b?AAAA?=", "\u{FFFD}"),
            ("=?utf-8?x?a?=", "=?utf-8?x?a?="), ("=?utf-8?q?a", "=?utf-8?q?a"), ("a=?utf-8?q?b?=", "a=?utf-8?q?b?="),
            ("=?utf-8?q??= x", "x"), ("=?utf-8?q?=4?=", "=4"), ("=?utf-8?b?w6Q?=", "ä"), ("=?utf-8?b?!!!?=", ""),
        ])
    func decode(body: String, expected: String) {
        #expect(text(DisplayText.decode(bytes(body))) == expected)
    }

    @Test("M26: control characters become U+FFFD, encoded or raw")
    func controls() {
        #expect(text(DisplayText.decode(bytes("=?utf-8?q?a=0D=0ABcc:_x?="))) == "a\u{FFFD}\u{FFFD}Bcc: x")
        #expect(text(DisplayText.decode(bytes("=?utf-8?b?AAAA?="))) == "\u{FFFD}\u{FFFD}\u{FFFD}")
        #expect(text(DisplayText.decode(bytes("=?iso-8859-1?q?=1B=9B=7F?="))) == "\u{FFFD}\u{FFFD}\u{FFFD}")
        #expect(text(DisplayText.decode([0x61, 0x00, 0x1B, 0xFF])) == "a\u{FFFD}\u{FFFD}\u{FFFD}")
    }

    @Test("M26: 100,000 words are decoded in one pass")
    func many() {
        let body = bytes(String(repeating: "=?utf-8?q?a?= ", count: 100_000))
        #expect(DisplayText.decode(body).count == 100_000)
    }
}
