import InternetMessage
import Testing

@testable import SamotopContactFolders

@Suite("Encoded words") struct EncodedWordsTests {
    @Test(
        "What is written is read again, in lines of 76 octets",
        arguments: [
            "", "plain", "žluťoučký kůň", " leading", "=?utf-8?Q?x?=", String(repeating: "a", count: 500),
            String(repeating: "𝄞ž", count: 300), "a",
        ])
    func roundTrip(text: String) {
        let written = EncodedWords.encode(text)
        #expect(String(decoding: DisplayText.decode(Array(written.utf8)), as: UTF8.self) == text)
        #expect(written.utf8.allSatisfy { $0 < 0x80 })
        for line in written.split(separator: "\r\n") where line.utf8.count > 76 { #expect(written == text) }
    }
}
