import InternetMessage
import SMTP
import Testing

@Suite struct HeaderEncodingTests {
    static let alphabet: [String] =
        ["a", "Z", "7", " ", " ", "  ", "\t", "=?", "?=", "=", "?", "_", "\"", "\\", ",", ";", "<", ">", "@", "(", ")"]
        + ["ä", "ß", "é", "e\u{301}", "ž", "日本語", "한", "🙂", "👩‍👩‍👧", "\u{85}", "\u{2028}", "\u{200B}", "'", "%", "*", "."]

    static func isControl(_ character: Character) -> Bool {
        character == "\t" || character == "\u{85}" || character == "\u{2028}"
    }

    static func randomText(_ generator: inout SeededGenerator, upTo limit: Int) -> String {
        let count = Int.random(in: 0...limit, using: &generator)
        return (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? "" }.joined()
    }

    static func lines(_ field: String?) -> [Int] {
        bytes(field ?? "").split(separator: 0x0A).map { $0.count - 1 }
    }

    @Test("RFC 2047: words, and the spaces between them; short text as it is")
    func words() throws {
        for (subject, expected) in [
            ("plain text", "plain text"), ("", ""), ("ä", "=?utf-8?q?=C3=A4?="),
            ("a ä ö b", "a =?utf-8?q?=C3=A4_=C3=B6?= b"),
            ("=?utf-8?q?x?=", "=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?="), ("a  b", "a =?utf-8?q?_b?="),
            (" a", "=?utf-8?q?_a?="), ("a ", "=?utf-8?q?a_?="), ("日本語", "=?utf-8?b?5pel5pys6Kqe?="),
            (" ", "=?utf-8?q?_?="),
            ("a\tb c", "=?utf-8?q?a=09b?= c"), ("x=y?", "x=y?"),
        ] {
            #expect(field(.subject, try built(draft().subject(subject))) == expected, "\(subject.debugDescription)")
        }
    }

    @Test("subjects come back as they were, lines fit, characters stay whole", arguments: [UInt64(1), 2, 3])
    func subjects(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let subject = Self.randomText(&generator, upTo: 60)
            for builder in [draft().subject(subject), draft().subject(subject).allowing(.smtpUTF8)] {
                let message = try built(builder)
                #expect(faults(of: message) == [], "seed \(seed): \(subject.debugDescription)")
                let body = try #require(message.fields(named: .subject).first?.body)
                if !subject.contains(where: Self.isControl) {
                    // what shows text puts something else in the place of controls
                    #expect(text(DisplayText.decode(body)) == subject, "seed \(seed): \(subject.debugDescription)")
                }
                for word in text(body).split(separator: /\s+/) where word.hasPrefix("=?utf-8?") && word.hasSuffix("?=")
                {
                    #expect(word.utf8.count <= 75)
                    let shown = text(DisplayText.decode(bytes(String(word))))
                    #expect(!shown.contains("\u{FFFD}") || subject.contains(where: Self.isControl))
                }
                for line in raw(.subject, message)?.split(separator: "\r\n") ?? [] where line.contains("=?utf-8?") {
                    #expect(line.utf8.count <= 76)
                }
            }
        }
    }

    @Test("long text folds at 78, what cannot be folded stays below 998")
    func folding() throws {
        let words = Array(repeating: "word", count: 100).joined(separator: " ")
        let message = try built(
            draft().subject(words).to(
                Array(repeating: "Bob Example <bob@example.net>", count: 50).joined(separator: ",")))
        #expect(field(.subject, message) == words)
        #expect(Self.lines(raw(.subject, message)).allSatisfy { $0 <= 78 })
        #expect(Self.lines(raw(.to, message)).allSatisfy { $0 <= 78 })
        #expect(Self.lines(raw(.to, message)).count > 15)
        let url = "https://example.org/" + String(repeating: "x", count: 400)
        #expect(field(.subject, try built(draft().subject("see " + url))) == "see " + url)
        for count in [899, 900, 901, 989, 990, 2_000, 20_000] {
            let long = try built(draft().subject(String(repeating: "x", count: count)))
            #expect(faults(of: long) == [])
            #expect(text(DisplayText.decode(try #require(long.fields(named: .subject).first?.body))).count == count)
        }
        let name = String(repeating: "n", count: 500)
        #expect(failure(draft().header(name, "ä ö " + words)) == nil)
        #expect(faults(of: try built(draft().header(name, String(repeating: "x", count: 899)))) == [])
        #expect(failure(draft().header(name + "n", "x")) != nil)
        #expect(
            failure(draft().messageID("<\(String(repeating: "x", count: 990))@b.test>")) == .lineTooLong(in: .messageID)
        )
        #expect(failure(draft().messageID("<\(String(repeating: "x", count: 970))@b.test>")) == nil)
        let unicode = draft().allowing(.smtpUTF8).subject(String(repeating: "ä", count: 1_000))
        #expect(faults(of: try built(unicode)) == [])
    }

    @Test("names come back as they were", arguments: [UInt64(11), 12])
    func names(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let name = Self.randomText(&generator, upTo: 30).filter { !Self.isControl($0) }
            guard let display = DisplayName(name) else {
                #expect(name.isEmpty)
                continue
            }
            #expect(display.text == name)
            let mailbox = NamedMailbox(try #require(Mailbox("bob@example.net")), name: display)
            #expect(try NamedMailbox(text(mailbox.bytes)).displayName?.text == name)
            for extensions in [[], Extensions.smtpUTF8] {
                let message = try built(draft().removing(.to).to([mailbox]).allowing(extensions))
                let list = try AddressList(try #require(message.fields(named: .to).first?.body))
                #expect(list.mailboxes.map(\.mailbox) == [mailbox.mailbox])
                #expect(list.mailboxes.first?.displayName?.text == name, "seed \(seed): \(name.debugDescription)")
                #expect(faults(of: message) == [])
            }
        }
    }

    @Test("RFC 2231: file names come back as they were", arguments: [UInt64(21), 22])
    func fileNames(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let name = Self.randomText(&generator, upTo: 40).filter { !Self.isControl($0) }
            let message = try built(draft().body(.attachment(name, type: "text/csv", content: bytes("a,b\r\n"))))
            #expect(faults(of: message) == [], "seed \(seed): \(name.debugDescription)")
            let parameter = MIMEMessage(message.bytes).entities[0].disposition?.parameters["filename"]
            #expect(text(parameter?.value) == name, "seed \(seed): \(name.debugDescription)")
            #expect(Self.lines(raw(.contentDisposition, message)).allSatisfy { $0 <= 78 })
        }
        for (name, expected) in [
            ("a.txt", "attachment; filename=a.txt"), ("a b.txt", "attachment; filename=\"a b.txt\""),
            ("it's.txt", "attachment; filename=\"it's.txt\""),
            ("ä.txt", "attachment; filename*=utf-8''%C3%A4.txt"), ("", "attachment; filename=\"\""),
            ("a\"b", "attachment; filename*=utf-8''a%22b"),
            ("=?a?q?b?=", "attachment; filename*=utf-8''%3D%3Fa%3Fq%3Fb%3F%3D"),
        ] {
            let message = try built(draft().body(.attachment(name, type: "text/csv", content: [])))
            #expect(field(.contentDisposition, message) == expected)
        }
        let long = String(repeating: "ä", count: 501)
        #expect(
            failure(draft().body(.attachment(long, type: "text/csv", content: [])))
                == .invalidParameter(in: .contentDisposition))
        #expect(failure(draft().body(.attachment(String(long.dropLast()), type: "text/csv", content: []))) == nil)
    }
}
