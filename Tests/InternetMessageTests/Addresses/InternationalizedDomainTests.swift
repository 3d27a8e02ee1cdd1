import Foundation
import InternetMessage
import SMTP
import Testing

@Suite struct InternationalizedDomainTests {
    static func ascii(_ text: String) -> String? {
        DomainName(internationalized: text).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    static func unicode(_ text: String) -> String? {
        DomainName(text).map { String(decoding: $0.unicodeForm.bytes, as: UTF8.self) }
    }

    @Test("RFC 5891: U-labels become A-labels and come back")
    func known() {
        for (unicode, ascii) in [
            ("bücher.example", "xn--bcher-kva.example"), ("faß.de", "xn--fa-hia.de"), ("βόλος.com", "xn--nxasmm1c.com"),
            ("münchen.example", "xn--mnchen-3ya.example"), ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"), ("उदाहरण.परीक्षा", "xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g"),
            ("실례.테스트", "xn--9n2bp8q.xn--9t4b11yi5a"), ("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"),
            ("דוגמה.טעסט", "xn--6dbbec0c.xn--deba0ad"), ("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"),
            ("உதாரணம்.பரிட்சை", "xn--zkc6cc5bi7f6e.xn--hlcj6aya9esc7a"), ("l·l.cat", "xn--ll-0ea.cat"), ("a.b", "a.b"),
            ("日本語。jp", "xn--wgv71a119e.jp"),
        ] {
            #expect(Self.ascii(unicode) == ascii, "\(unicode)")
            #expect(Self.unicode(ascii) == unicode.replacing("。", with: "."))
        }
    }

    @Test("UTS 46 §4: case, composition, full-width letters and stops, what is not seen")
    func mapping() {
        for (given, expected) in [
            ("BÜCHER.Example", "xn--bcher-kva.example"), ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("BU\u{308}CHER.example", "xn--bcher-kva.example"), ("ｂü\u{FF43}her．example", "xn--bcher-kva.example"),
            ("bü\u{AD}cher.example", "xn--bcher-kva.example"), ("bü\u{200B}cher｡example.", "xn--bcher-kva.example"),
            ("FAẞ.de", "xn--fa-hia.de"), ("ΒΌΛΟς.com", "xn--nxasmm1c.com"),
            ("ÅNGSTRÖM.example", "xn--ngstrm-hua5l.example"),
            ("\u{212B}ngström.example", "xn--ngstrm-hua5l.example"), ("ﬁü.example", "xn--fi-yka.example"),
            ("ệ.example", "xn--qlg.example"), ("e\u{302}\u{323}.example", "xn--qlg.example"),
            ("ê\u{323}.example", "xn--qlg.example"), ("ẹ\u{302}.example", "xn--qlg.example"),
            ("가.example", "xn--o39a.example"), ("\u{1100}\u{1161}.example", "xn--o39a.example"),
            ("\u{1100}\u{1161}\u{11A8}.example", "xn--p39a.example"), ("が.example", "xn--v8j.example"),
            ("か\u{3099}.example", "xn--v8j.example"), ("\u{1F71}ü.example", "xn--tda98k.example"),
        ] {
            #expect(Self.ascii(given) == expected, "\(given)")
        }
    }

    @Test(
        "RFC 5892, RFC 5893: what is no label is refused",
        arguments: [
            "☃.example", "a☃.example", "🙂.example", "ü\u{640}.example", "\u{301}a.example", "ü b.example",
            "ü_b.example",
            "-ü.example", "ü-.example", "aü--b.example", "xn--ü.example", "xn--a.bücher.example", "ü..example", ".ü",
            "ü\u{202E}.example", "ü\u{2028}.example", "ü\0.example", "ü\r\n.example", "ü@b.example", "ü/a.example",
            "½ü.example",
            "①ü.example", "ﾊü.example", "l·a.example", "·ü.example", "٠۰.example", "אa.example", "aא.example",
            "0א.example",
            "א٠0.example", "a\u{30FB}b.example", "\u{200D}ü.example", "a\u{200C}ü.example", "ü\u{E000}.example",
            "ü\u{FFFF}.example", "ü\u{378}.example", "\u{1D165}ü.example", "ü\u{20D0}.example", "\u{1100}.example",
            "א'.example",
        ])
    func refused(name: String) {
        #expect(Self.ascii(name) == nil)
    }

    @Test("labels of 63 octets and names of 253 fit, longer ones do not")
    func lengths() {
        let label = String(repeating: "ü", count: 56)
        var fitting = label
        while Self.ascii(fitting + ".example") == nil, !fitting.isEmpty { fitting.removeLast() }
        #expect(Self.ascii(fitting + ".example")?.prefix { $0 != "." }.utf8.count ?? 0 <= 63)
        #expect(Self.ascii(String(repeating: "ü", count: 64) + ".example") == nil)
        #expect(Self.ascii(String(repeating: "ü.", count: 100_000) + "example") == nil)
        #expect(Self.ascii(String(repeating: "a", count: 63) + ".ü") != nil)
        #expect(Self.ascii(String(repeating: "a", count: 64) + ".ü") == nil)
    }

    @Test("A-labels that are none stay as they are, and no digits trap the decoder")
    func decoding() {
        for name in [
            "xn--a.example", "xn--bcher-kva8.example", "xn--999999999999999999.example",
            "xn--zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz.example", "xn---.example", "xn--n3h.example",
            "xn--fi-yka.xn--x.example",
            "xn--xn--bcher-kva-9hd.example",
        ] {
            guard let read = DomainName(name) else { continue }
            let shown = String(decoding: read.unicodeForm.bytes, as: UTF8.self)
            #expect(shown == name || shown == "fiü.xn--x.example", "\(name)")
        }
        #expect(Self.unicode("XN--BCHER-KVA.example") == "bücher.example")
        var generator = SeededGenerator(seed: 61)
        let digits = Array("abcxyz0189-".utf8)
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...59, using: &generator)
            let label = (0..<count).map { _ in digits.randomElement(using: &generator) ?? 0x61 }
            guard let name = DomainName(Array("xn--".utf8) + label + Array(".test".utf8)) else { continue }
            let shown = name.unicodeForm
            if shown != name { #expect(shown.asciiForm == name) }
        }
    }

    @Test("mailboxes: the domain is converted, a local-part cannot be")
    func mailboxes() throws {
        #expect(try #require(Mailbox("ann@bücher.test")).asciiForm == Mailbox("ann@xn--bcher-kva.test"))
        #expect(try #require(Mailbox("ann@[192.0.2.1]")).asciiForm == Mailbox("ann@[192.0.2.1]"))
        #expect(try #require(Mailbox("änn@b.test")).asciiForm == nil)
        #expect(try #require(DomainName("b.test")).asciiForm == DomainName("b.test"))
    }

    @Test("labels at random, as another implementation has them")
    func suite() throws {
        let file = Bundle.module.bundleURL.appending(path: "Resources/idna/names.txt")
        var count = 0
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: ";", omittingEmptySubsequences: false)
            let values = parts[0].split(separator: " ").compactMap { UInt32($0, radix: 16) }
            let found = Self.ascii(String(String.UnicodeScalarView(values.compactMap(Unicode.Scalar.init))))
            #expect(found == (parts[1].isEmpty ? nil : String(parts[1])), "\(line)")
            count += 1
        }
        #expect(count > 1_500)
    }
}
