import InternetMessage
import Testing

struct HeaderSectionTests {
    @Test("fields keep order, repetition, case and bytes")
    func fields() throws {
        let header = "Subject: One\r\n  two\r\nX-a:\r\nsubject: Three\r\n\r\nbody: x\r\n"
        let section = HeaderSection(bytes(header))
        #expect(section.findings.isEmpty)
        #expect(section.fields.map { text($0.name) } == ["Subject", "X-a", "subject"])
        let subjects = section.fields(named: try #require(HeaderFieldName(bytes("SUBJECT"))))
        #expect(subjects.map { text($0.body) } == [" One\r\n  two", " Three"])
        #expect(subjects.map { text($0.unfoldedBody) } == ["One  two", "Three"])
        #expect(section.length == header.utf8.count - 9)
        #expect(text(section.bytes) + "body: x\r\n" == header)
    }

    @Test(
        "M08, M24, C08: what is malformed is found, and stays",
        arguments: [
            (" From: a@b.test\r\n\r\n", [HeaderFinding.Kind.leadingWhiteSpace]),
            ("From : a@b.test\r\n\r\n", [.whiteSpaceBeforeColon]),
            ("From\t: a@b.test\r\n\r\n", [.whiteSpaceBeforeColon]),
            ("From\r\n : a@b.test\r\n\r\n", [.missingColon]), ("\0From: a@b.test\r\n\r\n", [.nul, .invalidName]),
            ("A: b\r\nnothing\r\n\r\n", [.missingColon]), (":x\r\n\r\n", [.emptyName]),
            ("Fröm: x\r\n\r\n", [.invalidName]), ("Fr om: x\r\n\r\n", [.invalidName]),
            ("A: b\r\n", [.noBlankLine]), ("A: b", [.noBlankLine]), ("", [.noBlankLine]), ("\r\n", []),
            ("From a@b Mon Jan 1 00:00:00 2024\r\nA: b\r\n\r\n", [.mboxFromLine]),
            ("From a@b no time\r\nA: b\r\n\r\n", [.mboxFromLine, .missingColon]),
            ("A: b\r\nFrom : c\r\n\r\n", [.whiteSpaceBeforeColon]), ("A: b\nC: d\r\n\r\n", [.bareLineFeed]),
            ("A: b\rC: d\r\n\r\n", [.bareCarriageReturn]), ("A: b\r\n \r\n\r\n", [.blankContinuation]),
            ("A: \0\r\n\r\n", [.nul]), ("__proto__: x\r\nconstructor: y\r\n\r\n", []),
            ("A: \(String(repeating: "x", count: 995))\r\n\r\n", []),
            ("A: \(String(repeating: "x", count: 996))\r\n\r\n", [.lineTooLong]),
            ("\(String(repeating: "x", count: 65_536)): y\r\n\r\n", [.lineTooLong]),
        ])
    func findings(header: String, kinds: [HeaderFinding.Kind]) {
        let section = HeaderSection(bytes(header))
        #expect(Set(section.findings.map(\.kind)) == Set(kinds))
        #expect(section.bytes == bytes(header))
    }

    @Test("M25: limits stop the reading, not the bytes")
    func limits() {
        let header = bytes(String(repeating: "A: b\r\n", count: 10) + "\r\n")
        for limits in [
            HeaderLimits(maximumBytes: 30, maximumFields: 100), .init(maximumBytes: 1_000, maximumFields: 5),
        ] {
            let section = HeaderSection(header, limits: limits)
            #expect(section.fields.count <= 5)
            #expect(section.findings.count { $0.exceedsLimit } == 1)
            #expect(section.bytes == header)
        }
        #expect(HeaderSection(header, limits: .init(maximumBytes: 62, maximumFields: 10)).findings.isEmpty)
    }

    @Test("random bytes: what goes in comes out")
    func random() {
        var generator = SeededGenerator(seed: 822)
        let pieces = ["From", "From ", ":", " ", "\t", "\r\n", "\n", "\r", "x", "\0", "ö"]
        for _ in 0..<5_000 {
            let count = Int.random(in: 0..<30, using: &generator)
            let message = (0..<count).flatMap { _ in bytes(pieces.randomElement(using: &generator) ?? "") }
            let limits = HeaderLimits(
                maximumBytes: Int.random(in: 0..<40, using: &generator),
                maximumFields: Int.random(in: 0..<6, using: &generator))
            for section in [HeaderSection(message), HeaderSection(message, limits: limits)] {
                #expect(section.bytes == Array(message.prefix(section.length)))
            }
        }
    }

    @Test("a field cannot be made that breaks out of itself")
    func making() throws {
        let name = try #require(HeaderFieldName(bytes("X-A")))
        for body in ["a\r\nB: c", "a\r\n", "a\r", "a\n b", "a\r b", "\0", "\r\n\r\n", "a\r\n\r\n b"] {
            #expect(HeaderField(name: name, body: bytes(body)) == nil)
        }
        #expect(text(HeaderField(name: name, body: bytes("a\r\n b"))?.raw) == "X-A: a\r\n b\r\n")
        for bad in ["", "a b", "a:", "ö", "a\r"] { #expect(HeaderFieldName(bytes(bad)) == nil) }
    }
}
