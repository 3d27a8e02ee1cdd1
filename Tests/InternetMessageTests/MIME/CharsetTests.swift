import InternetMessage
import Testing

struct CharsetTests {
    /// The text of a part in a charset.
    static func shown(_ charset: String, _ content: [UInt8]) -> DisplayedText {
        MIMEMessage(
            bytes("Content-Type: text/plain; charset=\(charset)\r\nContent-Transfer-Encoding: 8bit\r\n\r\n") + content
        )
        .displayText()
    }

    @Test(
        "texts in the charsets of mail",
        arguments: [
            ("utf-8", "c3a9", "é"), ("iso-8859-1", "e9", "é"), ("latin1", "e9", "é"), ("iso-8859-2", "b1", "ą"),
            ("iso-8859-5", "d0", "а"), ("ISO-8859-7", "e4", "δ"), ("iso-8859-8-i", "e0", "א"),
            ("iso-8859-9", "fd", "ı"),
            ("iso-8859-15", "a4", "€"), ("iso-8859-16", "a4", "€"), ("windows-1250", "9c", "ś"), ("cp1251", "e0", "а"),
            ("windows-1252", "80", "€"), ("windows-1253", "e4", "δ"), ("windows-1256", "c8", "ب"),
            ("windows-1258", "d0", "Đ"),
            ("koi8-r", "c1", "а"), ("koi8-u", "a4", "є"), ("ibm866", "a0", "а"), ("tis-620", "a1", "ก"),
            ("macintosh", "8e", "é"), ("\"iso-8859-2\"", "b1", "ą"), ("gb2312", "c4e3bac3", "你好"), ("gbk", "c4e3", "你"),
            ("gb18030", "813084369439da33", "¥💩"), ("gbk", "80", "€"),
            ("big5", "a741a66e", "你好"), ("euc-kr", "c7d1b1db", "한글"), ("ks_c_5601-1987", "8141", "갂"),
            ("euc-jp", "c6fccbdc", "日本"), ("euc-jp", "8eb1", "ｱ"), ("shift_jis", "93fa967b", "日本"),
            ("shift_jis", "b1", "ｱ"),
            ("iso-2022-jp", "1b2442467c4b5c1b2842", "日本"), ("iso-2022-jp", "1b284a411b284931", "Aｱ"),
            ("utf-16", "feff00e9", "é"), ("utf-16", "fffee900", "é"), ("utf-16le", "e900", "é"),
            ("utf-16be", "d83ddca9", "💩"),
            ("utf-32", "fffe0000e9000000", "é"), ("utf-32be", "0001f4a9", "💩"),
            ("utf-7", "2b414f6b2d", "é"), ("utf-7", "412b2d42", "A+B"),
        ])
    func texts(charset: String, content: String, expected: String) {
        #expect(text(Self.shown(charset, octets(content)).text) == expected)
    }

    @Test("C04: utf-16 without a mark is read by its zeros, big-endian when they say nothing")
    func unmarked() {
        #expect(text(Self.shown("utf-16", octets("680069000a00")).text) == "hi\n")
        #expect(text(Self.shown("utf-16", octets("00680069000a")).text) == "hi\n")
        #expect(text(Self.shown("utf-16", octets("65e5672c")).text) == "日本")
    }

    @Test("C04: an escape that is left open ends with its line")
    func openEscape() {
        #expect(text(Self.shown("iso-2022-jp", octets("1b2442467c0a6162")).text) == "日\nab")
        #expect(text(Self.shown("iso-2022-jp", octets("1b2442467c4b")).text) == "日K")
        #expect(text(Self.shown("iso-2022-jp", octets("1b5a41")).text) == "\\u{1B}ZA")
    }

    @Test("C04: what is not of the charset is U+FFFD, and swallows no US-ASCII")
    func damaged() {
        for charset in ["utf-8", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr", "us-ascii"] {
            let shown = text(Self.shown(charset, [0xFF, 0x3C, 0x61, 0x3E, 0x0A, 0xFF]).text)
            #expect(shown == "\u{FFFD}<a>\n\u{FFFD}", "\(charset)")
        }
        #expect(text(Self.shown("utf-16be", octets("d83d0041d8")).text) == "\u{FFFD}A\u{FFFD}")
        #expect(text(Self.shown("utf-7", bytes("+2D0-x")).text) == "\u{FFFD}x")
    }

    @Test("C04: markup in utf-7 is text, and stays text")
    func markup() {
        #expect(text(Self.shown("utf-7", bytes("+ADw-script+AD4-")).text) == "<script>")
    }

    @Test("C04: of an unknown charset octets are shown, unless they are UTF-8")
    func unknown() {
        let shown = Self.shown("x-nonsense", [0x61, 0xE4, 0x0A])
        #expect(text(shown.text) == "a\\xE4\n")
        #expect(shown.unknownCharsets == [bytes("x-nonsense")])
        #expect(text(Self.shown("x-nonsense", bytes("ä")).text) == "ä")
        #expect(Self.shown("x-nonsense", bytes("ä")).unknownCharsets.isEmpty)
    }

    private func octets(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
    }
}
