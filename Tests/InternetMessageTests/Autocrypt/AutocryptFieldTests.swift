import SMTP
import Testing

@testable import InternetMessage

@Suite("Autocrypt") struct AutocryptFieldTests {
    private func field(_ text: String) -> AutocryptField? { AutocryptField(Array(text.utf8)) }

    @Test("Level 1 §2.1: address, preference and key, folded or not, attributes that aren't critical passed over")
    func reading() throws {
        let read = try #require(
            field(" addr=ann@example.org; _note=x; prefer-encrypt=mutual;\r\n keydata=aGVs\r\n bG8="))
        #expect(read.address == Mailbox("ann@example.org") && read.prefersEncryption)
        #expect(read.key == Array("hello".utf8))
        #expect(field("addr=a@b.test;keydata=aGVsbG8=")?.prefersEncryption == false)
        #expect(field("addr=a@b.test; prefer-encrypt=sometimes; keydata=aGVsbG8=")?.prefersEncryption == false)
    }

    @Test(
        "What breaks the rules is no field",
        arguments: [
            "", "addr=a@b.test", "keydata=aGVsbG8=", "addr=a@b.test; keydata=", "addr=a@b.test; keydata=aGVsbG8",
            "addr=a@b.test; keydata=aGVs!bG8=", "addr=nobody; keydata=aGVsbG8=",
            "addr=a@b.test; critical=1; keydata=aGVsbG8=", "addr=a@b.test; addr=c@b.test; keydata=aGVsbG8=",
            "addr=a@b.test; keydata=aGVsbG8=; keydata=aGVsbG8=", "addr=a@b.test; nonsense; keydata=aGVsbG8=",
            "addr=a@b.test; =x; keydata=aGVsbG8=", "addr=a@b.test; keydata=aGVsbG8=; extra=1",
        ]) func broken(_ text: String)
    {
        #expect(field(text) == nil)
    }

    @Test("Of a message the only field with the author's address; none of two, none of too many") func finding() throws
    {
        let author = try #require(Mailbox("Ann@Example.org"))
        func found(_ addresses: [String]) -> AutocryptField? {
            let fields = addresses.map { "Autocrypt: addr=\($0); keydata=aGVsbG8=\r\n" }
            return AutocryptField.find(in: HeaderSection(Array((fields.joined() + "\r\n").utf8)), from: author)
        }
        #expect(found(["ann@example.org"]) != nil && found(["bob@example.org", "ann@example.org"]) != nil)
        #expect(found([]) == nil && found(["bob@example.org"]) == nil)
        #expect(found(["ann@example.org", "ANN@example.org"]) == nil)
        #expect(found(["ann@example.org"] + Array(repeating: "b@example.org", count: 10)) == nil)
    }

    @Test("A field that is too long isn't looked at") func long() {
        let key = String(repeating: "aGVs", count: 4_000)
        #expect(field("addr=a@b.test; keydata=\(key)") != nil)
        #expect(field("addr=a@b.test; keydata=\(key)\(key)") == nil)
    }
}
