import Testing

@testable import SMTP

@Suite struct MailDataScannerTests {
    /// An ending, and what has to come of it. The octets behind an end are commands again.
    struct Ending: CustomTestStringConvertible {
        let id: String
        let bytes: String
        let outcome: ScanResult.Outcome
        var content = ""
        var findings: MailDataScanner.Findings = []
        var testDescription: String { "\(id) \(bytes.debugDescription)" }
    }

    static let smuggled = "MAIL FROM:<eve@out.example>\r\n"

    static let endings: [Ending] = [
        Ending(id: "RFC 5321 §4.1.1.4", bytes: "x\r\n.\r\n", outcome: .end(6), content: "x\r\n"),
        Ending(id: "empty message", bytes: ".\r\n", outcome: .end(3)),
        Ending(id: "blank line", bytes: "\r\n.\r\n", outcome: .end(5), content: "\r\n"),
        Ending(id: "commands follow", bytes: "x\r\n.\r\n\(smuggled)", outcome: .end(6), content: "x\r\n"),
        Ending(id: "S01", bytes: "x\n.\n\(smuggled)", outcome: .bareNewline),
        Ending(id: "S01", bytes: "x\r\n.\n\(smuggled)", outcome: .bareNewline),
        Ending(id: "S02", bytes: "x\r\n.\n", outcome: .bareNewline),
        Ending(id: "S02", bytes: "x\n.\r\n", outcome: .bareNewline),
        Ending(id: "S03", bytes: "x\r.\r\(smuggled)", outcome: .bareNewline),
        Ending(id: "S03", bytes: "x\r.\n", outcome: .bareNewline),
        Ending(id: "S03", bytes: "x\n.\r", outcome: .bareNewline),
        Ending(id: "S03", bytes: "x\r.\r\n", outcome: .bareNewline),
        Ending(id: "S03", bytes: "x\r\n.\rM", outcome: .bareNewline),
        Ending(id: "S03", bytes: "x\r\n.\r", outcome: .more, content: "x\r\n"),
        Ending(id: "S04", bytes: "x\r\n\0.\r\n", outcome: .more, content: "x\r\n\0.\r\n", findings: .nul),
        Ending(id: "S04", bytes: "x\r\n.\0\r\n", outcome: .more, content: "x\r\n\0\r\n", findings: .nul),
        Ending(id: "S04", bytes: "x\r\0\n.\r\n", outcome: .bareNewline),
        Ending(id: "S05", bytes: "x\r\n.\r\r\n", outcome: .bareNewline),
        Ending(id: "S05", bytes: "x\r\r\n.\r\r\n", outcome: .bareNewline),
        Ending(id: "S05", bytes: "x\r\r\n.\r\n", outcome: .bareNewline),
        Ending(id: "S06", bytes: "x\r", outcome: .more, content: "x\r"),
        Ending(id: "S06", bytes: "x\r\n", outcome: .more, content: "x\r\n"),
        Ending(id: "S06", bytes: "x\r\n.", outcome: .more, content: "x\r\n"),
        Ending(id: "S08", bytes: "..\r\n.\r\n", outcome: .end(7), content: ".\r\n"),
        Ending(id: "S08", bytes: "...\r\n.\r\n", outcome: .end(8), content: "..\r\n"),
        Ending(id: "S08", bytes: ".x\r\n.\r\n", outcome: .end(7), content: "x\r\n"),
        Ending(id: "S08", bytes: "a\r\n..\r\nb.\r\n.\r\n", outcome: .end(14), content: "a\r\n.\r\nb.\r\n"),
        Ending(id: "S08", bytes: ". \r\n.\r\n", outcome: .end(7), content: " \r\n"),
        Ending(id: "From_", bytes: "From a\r\n.\r\n", outcome: .end(11), content: "From a\r\n", findings: .mailboxMark),
        Ending(
            id: "From_", bytes: ".From a\r\n.\r\n", outcome: .end(12), content: "From a\r\n", findings: .mailboxMark),
        Ending(id: "From_", bytes: "From: a\r\nFrom b\r\n.\r\n", outcome: .end(20), content: "From: a\r\nFrom b\r\n"),
    ]

    @Test(arguments: endings) func endsOnlyWithItsOwnEnding(_ ending: Ending) {
        let bytes = Array(ending.bytes.utf8)
        let expected = ScanResult(ending.outcome, Array(ending.content.utf8), ending.findings)
        for pieces in bytes.splits { #expect(ScanResult(scanning: pieces) == expected) }
        // The slow reference has to be right about them too, or it proves nothing below.
        #expect(ScanResult(reference: bytes) == expected)
    }

    /// S18: 998 octets fit in a line; a stuffed dot doesn't count (RFC 5321 §4.5.3.1.6).
    @Test(arguments: [997, 998, 999, 1_000, 1_001, 100_000]) func measuresLines(_ length: Int) {
        let line = [UInt8](repeating: 0x61, count: length) + [0x0D, 0x0A]
        let end: [UInt8] = [0x2E, 0x0D, 0x0A]
        for prefix in [[], [0x2E] as [UInt8], [0x61, 0x0D, 0x0A]] {
            let bytes = prefix + line + end
            let findings = ScanResult(scanning: [bytes[...]]).findings
            #expect(findings == (length > 998 ? .longLine : []), "\(prefix)")
            #expect(ScanResult(scanning: bytes.indices.map { bytes[$0...$0] }).findings == findings)
        }
        // A NUL is an octet like others, and the length starts anew with each line.
        var withNul = line + line + end
        withNul[0] = 0
        #expect(ScanResult(scanning: [withNul[...]]).findings == (length > 998 ? [.longLine, .nul] : .nul))
    }

    /// S18: an over-long line costs no memory: what the scanner keeps doesn't grow.
    @Test func keepsNothing() {
        var scanner = MailDataScanner()
        let slice = [UInt8](repeating: 0x61, count: 4_096)
        for _ in 0..<256 {
            #expect(scanner.scan(slice.span, from: 0) == .content(0..<4_096))
        }
        #expect(MemoryLayout<MailDataScanner>.size <= 64)
    }

    @Test func agreesWithTheReference() {
        var random = CommandGenerator.Random(state: 0x5321)
        let tokens: [[UInt8]] = [
            [0x0D, 0x0A], [0x0D, 0x0A], [0x0D, 0x0A], [0x0D, 0x0A], [0x2E], [0x2E], [0x61], [0x62, 0x63],
            Array("From ".utf8),
            [0x0D, 0x0A, 0x2E, 0x0D, 0x0A], [0x00], [0x0D], [0x0A], [0x09], [UInt8](repeating: 0x64, count: 998),
        ]
        var outcomes: [ScanResult.Outcome: Int] = [:]
        for _ in 0..<6_000 {
            // Bare newlines, and the end, are rare enough that most inputs have a history.
            let isWild = Int.random(in: 0..<4, using: &random) == 0
            var input: [UInt8] = []
            for _ in 0..<Int.random(in: 0...14, using: &random) {
                input += tokens[Int.random(in: 0..<(isWild ? tokens.count : 9), using: &random)]
            }
            let expected = ScanResult(reference: input)
            if case .end = expected.outcome {
                outcomes[.end(0), default: 0] += 1
            } else {
                outcomes[expected.outcome, default: 0] += 1
            }
            for pieces in Self.someSplits(input, &random) where ScanResult(scanning: pieces) != expected {
                Issue.record("\(pieces): \(ScanResult(scanning: pieces)), not \(expected)")
                return
            }
        }
        // Each outcome was really tried.
        #expect(outcomes.values.allSatisfy { $0 > 300 } && outcomes.count == 3, "\(outcomes)")
    }

    /// Whole, octet by octet, and cut at random places.
    static func someSplits(_ input: [UInt8], _ random: inout CommandGenerator.Random) -> [[ArraySlice<UInt8>]] {
        var splits: [[ArraySlice<UInt8>]] = [[input[...]]]
        if input.count < 200 { splits.append(input.indices.map { input[$0...$0] }) }
        for _ in 0..<3 {
            var pieces: [ArraySlice<UInt8>] = []
            var rest = input[...]
            while !rest.isEmpty {
                pieces.append(
                    rest.prefix(
                        Int.random(in: 0...6, using: &random) == 0 ? 700 : Int.random(in: 1...5, using: &random)))
                rest = rest.dropFirst(pieces.last?.count ?? 0)
            }
            splits.append(pieces)
        }
        return splits
    }
}

/// Counted content (BDAT, RFC 3030): dots mean nothing, lines end with CRLF all the same.
@Suite struct CountedContentTests {
    @Test(arguments: [
        (".\r\n", true), ("a\r\n.\r\nb\r\n", true), ("..\r\n", true), ("a", true), ("", true), ("a\r", false),
        ("\r\n\r", false),
    ]) func takesDotsAsTheyAre(_ text: String, _ isComplete: Bool) {
        let bytes = Array(text.utf8)
        for pieces in bytes.isEmpty ? [[]] : bytes.splits {
            var scanner = MailDataScanner(.counted)
            for piece in pieces {
                let piece = Array(piece)
                #expect(scanner.scan(piece.span, from: 0) == .content(0..<piece.count))
            }
            #expect(scanner.finish() == isComplete)
        }
    }

    @Test(arguments: ["a\nb", "a\rb", "\n", "a\r\rb", "\r\n.\n", "\n.\r\n"]) func refusesBareNewlines(_ text: String) {
        for pieces in Array(text.utf8).splits {
            #expect(ScanResult(scanning: pieces, .counted).outcome == .bareNewline)
        }
    }

    @Test func measuresAnUnfinishedLine() {
        for (length, isLong) in [(998, false), (999, true)] {
            var scanner = MailDataScanner(.counted)
            let line = [UInt8](repeating: 0x61, count: length)
            _ = scanner.scan(line.span, from: 0)
            _ = scanner.finish()
            #expect(scanner.findings.contains(.longLine) == isLong)
        }
    }
}
