import Testing

@testable import SenderAuthentication

struct TagListTests {
    private static func read(_ text: String) -> [String: String]? {
        guard let list = try? TagList(octets(text)) else { return nil }
        return Dictionary(
            uniqueKeysWithValues: list.tags.map { (string(list.bytes[$0.name]), string(list.bytes[$0.value])) })
    }

    private static func failure(_ octets: [UInt8]) -> TagList.Failure? {
        do {
            _ = try TagList(octets)
            return nil
        } catch {
            return error
        }
    }

    @Test("RFC 6376 §3.2: names, values, white space and folds")
    func reading() {
        #expect(Self.read("v=1") == ["v": "1"])
        #expect(Self.read("v=1;") == ["v": "1"])
        #expect(
            Self.read(" v = 1 ;\r\n\ta\r\n =\r\n rsa-sha256\t; \r\n b=AB CD==\r\n EF ") == [
                "v": "1", "a": "rsa-sha256", "b": "AB CD==\r\n EF",
            ])
        #expect(Self.read("p=") == ["p": ""])
        #expect(Self.read("p=; n= ;x_1=a=b:c") == ["p": "", "n": "", "x_1": "a=b:c"])
        // Case counts in names.
        #expect(Self.read("b=1; B=2") == ["b": "1", "B": "2"])
        // RFC 8616 §4
        #expect(Self.read("d=bücher.example") == ["d": "bücher.example"])
        // Not by the grammar, but published by many.
        #expect(Self.read("v=DKIM1; p=; ") == ["v": "DKIM1", "p": ""])
    }

    @Test(
        "What is no tag list",
        arguments: [
            "", " ", ";", "v", "v;", "=1", "v=1;;a=2", "v=1; ;", ";v=1", "1v=1", "v v=1", "v=1; a", "v=\u{1}",
            "v=\u{7F}", "-=1",
            "_a=1", "v=1;\u{0}",
        ])
    func malformed(_ text: String) {
        #expect(Self.failure(octets(text)) == .syntax)
    }

    @Test("RFC 6376 §3.2: a name that occurs twice makes the whole list invalid")
    func duplicates() {
        #expect(Self.failure(octets("v=1; a=2; v=1")) == .duplicateTag)
        #expect(Self.failure(octets("v=1; V=2")) == nil)
    }

    @Test("M25: of 100,000 tags the first 64 are looked at")
    func many() {
        let tags = (0..<100_000).map { "t\($0)=1" }.joined(separator: ";")
        #expect(Self.failure(octets(tags)) == .tooManyTags)
        #expect(Self.read((0..<64).map { "t\($0)=1" }.joined(separator: ";"))?.count == 64)
        #expect(Self.failure(octets((0..<65).map { "t\($0)=1" }.joined(separator: ";"))) == .tooManyTags)
    }

    @Test("Lists with colons")
    func colons() {
        #expect(
            octets(" from : To:\r\n subject\t:x-y ").colonSeparated.map(string) == ["from", "To", "subject", "x-y"])
        #expect(octets("").colonSeparated.map(string) == [""])
        #expect(octets("a::b:").colonSeparated.map(string) == ["a", "", "b", ""])
        #expect(octets("two words: x").colonSeparated.map(string) == ["two words", "x"])
    }

    @Test("Base64 with folds, and what is none")
    func base64() {
        #expect(Base64.decode(octets("")) == [])
        #expect(Base64.decode(octets("QQ==")).map(string) == "A")
        #expect(Base64.decode(octets("QUI=")).map(string) == "AB")
        #expect(Base64.decode(octets(" Q\r\n U J\tD ")).map(string) == "ABC")
        #expect(Base64.decode(octets("QUI = ")).map(string) == "AB")
        #expect(Base64.decode(octets("QUI")).map(string) == "AB")
        for text in ["Q", "QUJDR", "Q=", "QUI==", "QQ===", "QQ=Q", "=", "QU_D", "QU-D", "QUé", "QQ=\0"] {
            #expect(Base64.decode(octets(text)) == nil, "\(text)")
        }
        var generator = SignatureGenerator(seed: 64)
        for count in 0..<200 {
            let data = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(Base64.decode(Base64.encode(data)) == data)
        }
    }
}
