import InternetMessage
import Testing

struct TransferEncodingTests {
    static func decoded(_ encoding: String, _ body: String) -> DecodedContent {
        let message = MIMEMessage(bytes("Content-Transfer-Encoding: \(encoding)\r\n\r\n\(body)"))
        return message.content(of: message.entities[0])
    }

    @Test(
        "C04: base64 is decoded as far as it is base64",
        arguments: [
            ("aGVsbG8=", "hello", false), ("aGVs\r\nbG8=\r\n", "hello", false), ("aGVsbG8", "hello", false),
            ("aGVs!bG8=", "hello", true), ("aGVsbG8=aGVs", "hellohel", true), ("a", "", true), ("", "", false),
            ("====", "", false), ("\u{FF}", "", true),
        ])
    func base64(body: String, expected: String, isDamaged: Bool) {
        #expect(Self.decoded("Base64", body) == DecodedContent(bytes: bytes(expected), isDamaged: isDamaged))
    }

    @Test(
        "C04: quoted-printable is decoded as far as it is that",
        arguments: [
            ("a=3Db", "a=b", false), ("a=\r\nb", "ab", false), ("a= \t\r\nb", "ab", false), ("a=\nb", "ab", false),
            ("a  \r\nb", "a\r\nb", false), ("a=20 \r\nb", "a \r\nb", false), ("a=20\r\n", "a \r\n", false),
            ("a ", "a", false),
            ("a=zz", "a=zz", true), ("a=", "a", false), ("a=4", "a=4", true), ("=c3=a9", "é", false),
            ("a\tb", "a\tb", false),
            ("a \n\n b", "a\n\n b", false), ("=\r\n \r\n", "\r\n", false),
        ])
    func quotedPrintable(body: String, expected: String, isDamaged: Bool) {
        #expect(Self.decoded("quoted-printable", body) == DecodedContent(bytes: bytes(expected), isDamaged: isDamaged))
    }

    @Test("uuencode is decoded up to its end")
    func uuencode() {
        let body = "begin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\nmore"
        #expect(Self.decoded("x-uuencode", body) == DecodedContent(bytes: bytes("hello"), isDamaged: false))
        #expect(Self.decoded("x-uuencode", "begin 644 a.txt\r\n%:&5L").isDamaged)
        #expect(Self.decoded("x-uuencode", "nothing").bytes.isEmpty)
    }

    @Test("what has another encoding is taken as it is", arguments: ["7bit", "8BIT", "binary", "nonsense", "8bit;"])
    func identity(encoding: String) {
        #expect(Self.decoded(encoding, "a=3D").bytes == bytes("a=3D"))
    }

    @Test("a limit counts the encoded octets")
    func limit() {
        let message = MIMEMessage(bytes("Content-Transfer-Encoding: base64\r\n\r\naGVsbG8gYWdhaW4="))
        #expect(message.content(of: message.entities[0], limit: 8).bytes == bytes("hello "))
        #expect(message.content(of: message.entities[0], limit: -1).bytes.isEmpty)
    }
}
