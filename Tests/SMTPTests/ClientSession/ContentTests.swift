import Testing

@testable import SMTP

@Suite("Content on its way out: transparency and what it may have") struct ContentTests {
    static func write(
        _ slices: [[UInt8]], _ allowance: MailDataWriter.Allowance = [], _ framing: MailDataScanner.Framing = .dot
    ) -> Result<[UInt8], ClientFault> {
        var writer = MailDataWriter(framing, allowing: allowance)
        do throws(ClientFault) {
            var output: [UInt8] = []
            for slice in slices { output += try transparent(slice, &writer) }
            return .success(output + (try writer.end()))
        } catch {
            return .failure(error)
        }
    }

    static func survey(_ text: String) -> ContentSurvey { ContentSurvey(Array(text.utf8).span) }

    static func write(_ text: String, _ allowance: MailDataWriter.Allowance = []) -> Result<[UInt8], ClientFault> {
        write([Array(text.utf8)], allowance)
    }

    @Test("a dot at the start of a line gets another one; only there")
    func dots() {
        let cases = [
            ("", ".\r\n"), ("a\r\n", "a\r\n.\r\n"), ("a", "a\r\n.\r\n"), (".\r\n", "..\r\n.\r\n"), (".", "..\r\n.\r\n"),
            ("..\r\n", "...\r\n.\r\n"), ("a.\r\n.b\r\n..\r\n", "a.\r\n..b\r\n...\r\n.\r\n"),
            ("\r\n.\r\n", "\r\n..\r\n.\r\n"), ("a\r\n.\r\nMAIL", "a\r\n..\r\nMAIL\r\n.\r\n"),
        ]
        for (content, expected) in cases {
            #expect(Self.write(content) == .success(Array(expected.utf8)), "\(content.debugDescription)")
        }
    }

    @Test("what would end content early or can't be sent is refused, never mended")
    func refusals() {
        let long = String(repeating: "a", count: 998)
        let cases: [(String, ClientFault)] = [
            ("a\nb\r\n", .bareNewline), ("a\rb\r\n", .bareNewline), ("a\r", .bareNewline), ("\n.\n", .bareNewline),
            ("a\r\r\n", .bareNewline), ("a\r\n\n", .bareNewline), ("a\r\n.\n", .bareNewline),
            ("a\r\n.\r", .bareNewline),
            ("a\0b\r\n", .nulInContent), ("é\r\n", .needsEightBitMIME), (long + "a\r\n", .lineTooLong),
            (long + "a", .lineTooLong),
        ]
        for (content, fault) in cases {
            #expect(Self.write(content) == .failure(fault), "\(content.prefix(20).debugDescription)")
        }
        #expect(Self.write(long + "\r\n") == .success(Array((long + "\r\n.\r\n").utf8)))
        #expect(Self.write("é\r\n", .eightBit) == .success(Array("é\r\n.\r\n".utf8)))
        #expect(Self.write(long + "aa\r\n", .longLines) == .success(Array((long + "aa\r\n.\r\n").utf8)))
        #expect(Self.write([Array(".a\r\n.".utf8)], [], .counted) == .success(Array(".a\r\n.".utf8)))
        #expect(Self.write([Array("a\n".utf8)], [], .counted) == .failure(.bareNewline))
    }

    @Test("any split, and random content: the server's scanner reads back what was written", arguments: 0..<4)
    func roundTrip(seed: UInt64) {
        print("ContentTests.roundTrip seed \(seed)")
        var random = Pseudorandom(seed)
        let parts = [
            "a", ".", "..", "\r\n", "\r\n.", ".\r\n", "bcd", "\r\n.\r\n", "é", String(repeating: "x", count: 40),
        ]
        for _ in 0..<300 {
            var content: [UInt8] = []
            for _ in 0..<random.next() % 30 { content += Array(parts[Int(random.next() % UInt64(parts.count))].utf8) }
            let expected = content.suffix(2) == [0x0D, 0x0A] || content.isEmpty ? content : content + [0x0D, 0x0A]
            var slices: [[UInt8]] = []
            var rest = content[...]
            while !rest.isEmpty {
                let slice = rest.prefix(Int(1 + random.next() % 7))
                slices.append(Array(slice))
                rest = rest.dropFirst(slice.count)
            }
            guard case .success(let wire) = Self.write(slices, .eightBit) else {
                Issue.record("refused")
                continue
            }
            #expect(Self.write([content], .eightBit) == .success(wire))
            var scanner = MailDataScanner()
            var read: [UInt8] = []
            var index = 0
            var end: Int?
            loop: while true {
                switch scanner.scan(wire.span, from: index) {
                case .content(let range):
                    read += wire[range]
                    index = range.upperBound
                case .end(let position):
                    end = position
                    break loop
                case .bareNewline, .more: break loop
                }
            }
            #expect(end == wire.count)
            #expect(read == expected)
        }
    }

    @Test("a survey says the same whatever the split, and what the writer then meets", arguments: 0..<4)
    func survey(seed: UInt64) {
        print("ContentTests.survey seed \(seed)")
        var random = Pseudorandom(seed)
        let parts = ["a", ".", "\r\n", "\r", "\n", "\0", "é", "\r\n.", String(repeating: "y", count: 500)]
        for _ in 0..<500 {
            var content: [UInt8] = []
            for _ in 0..<random.next() % 12 {
                // The faults are rare, so that there is content without any.
                let index =
                    random.next() % 4 == 0
                    ? random.next() % UInt64(parts.count) : [0, 1, 2, 7, 8][Int(random.next() % 5)]
                content += Array(parts[Int(index)].utf8)
            }
            let whole = ContentSurvey(content.span)
            var pieces = ContentSurvey()
            for octet in content { pieces.add([octet].span) }
            pieces.finish()
            #expect(pieces == whole)
            #expect(whole.octets == UInt64(content.count))
            #expect(whole.hasEightBit == content.contains { $0 > 127 })
            #expect(whole.hasNUL == content.contains(0))
            var writer = MailDataWriter(allowing: .eightBit)
            do throws(ClientFault) {
                let wire = try transparent(content, &writer)
                _ = try writer.end()
                #expect(whole.isText)
                #expect(whole.hasLeadingDot == (wire != content))
            } catch {
                #expect(!whole.isText)
            }
        }
    }

    @Test("the longest line is counted without its end")
    func longestLine() {
        #expect(Self.survey("ab\r\nabcd\r\nabc").longestLine == 4)
        #expect(Self.survey("ab\r\nabc").longestLine == 3)
        #expect(Self.survey("").endsWithLineEnd)
        #expect(Self.survey("a\r\n").endsWithLineEnd)
        #expect(!Self.survey("a\r\nb").endsWithLineEnd)
        #expect(!Self.survey("a\r").endsWithLineEnd)
        #expect(Self.survey("a\r").hasBareNewline)
    }
}
