import InternetMessage
import Testing

struct HeaderSieveTests {
    static let rule = HeaderSieve.Rule(names: [.returnPath], authservIDs: [bytes("mx.our.test")])

    static func run(_ message: [UInt8], cuts: [Int] = [], limits: HeaderLimits = .standard) -> (HeaderSieve, [UInt8]) {
        var sieve = HeaderSieve(rule: rule, limits: limits)
        var output: [UInt8] = []
        var start = 0
        for end in cuts + [message.count] {
            let slice = Array(message[start..<end])
            sieve.push(slice.span, into: &output)
            start = end
        }
        sieve.finish(into: &output)
        return (sieve, output)
    }

    static let kept = "Subject: a\r\n b\r\n\tc\r\n"

    @Test(
        "M23: fields that claim to be ours are removed",
        arguments: [
            "Authentication-Results: mx.our.test; dmarc=pass header.from=legit.test\r\n",
            "Authentication-Results: mx.our.test; dmarc=pass\r\n header.from=legit.test;\r\n\tspf=pass\r\n",
            "authentication-RESULTS:MX.Our.Test;dmarc=pass\r\n",
            "Authentication-Results:\r\n mx.our.test;\r\n dmarc=pass\r\n",
            "Authentication-Results:\r\n \r\n mx.our.test; dmarc=pass\r\n",
            "Authentication-Results: mx.our.test 1; dmarc=pass\r\n",
            "Authentication-Results: mx.our.test/1; dmarc=pass\r\n",
            "Authentication-Results: mx.our.test(; x) 1; dmarc=pass\r\n",
            "Authentication-Results: (a (b\\) ; other.test;)\r\n c) mx.our.test; dmarc=pass\r\n",
            "Authentication-Results: \"mx.our.test\"; dmarc=pass\r\n",
            "Authentication-Results: \"mx.\\our.test\"; dmarc=pass\r\n",
            "Authentication-Results: mx.our.test.; dmarc=pass\r\n",
            "Authentication-Results: mx.our.test\r\n",
            "Authentication-Results : mx.our.test; dmarc=pass\r\n",
            "Authentication-Results\r\n : mx.our.test; dmarc=pass\r\n",
            "Authentication-Results: mx.our.test; dmarc=pass\n",
            "Authentication-Results: ; dmarc=pass\r\n",
            "Authentication-Results: (unclosed; dmarc=pass\r\n",
            "Authentication-Results: (\(String(repeating: "x", count: 2_000)))mx.our.test; dmarc=pass\r\n",
            "Authentication-Results:\(String(repeating: "\r\n ", count: 2_000))mx.our.test; dmarc=pass\r\n",
            "Return-Path: <a@b.test>\r\n",
            "return-path:<a@b.test>\r\n folded\r\n",
            "Return-Path\(String(repeating: " ", count: 3_000)): <a@b.test>\r\n",
        ])
    func removes(field: String) {
        for before in ["", Self.kept] {
            for after in ["\r\nbody\r\n", Self.kept + "\r\n", ""] {
                let (sieve, output) = Self.run(bytes(before + field + after))
                #expect(text(output) == before + after)
                #expect(sieve.removedCount == 1)
            }
        }
    }

    @Test(
        "everything else passes unchanged",
        arguments: [
            "", "\r\n", "\r", "\r\n\r\n", "body without header", "no colon\r\n\r\nbody",
            "Authentication-Results: other.test; dmarc=pass\r\n\r\nx",
            "Authentication-Results: mx.our.test.evil.test; dmarc=pass\r\n\r\nx",
            "Authentication-Results: (mx.our.test;) other.test; dmarc=pass\r\n\r\nx",
            "Authentication-Resultss: mx.our.test; dmarc=pass\r\n\r\nx",
            "Authentication-Result: mx.our.test; dmarc=pass\r\n\r\nx",
            "X-Authentication-Results: mx.our.test; dmarc=pass\r\n\r\nx",
            "A: b\r\n\r\nReturn-Path: <in@body>\r\nAuthentication-Results: mx.our.test; x=y\r\n",
            "Return-Path\r\nA: b\r\n\r\n", "Return-Path x: y\r\n\r\n", " Return-Path: leading\r\n\r\n",
            "A: b\nC: d\n\nReturn-Path: x\n", "A: b\r\n\rReturn-Path: x\r\n\r\n", ":x\r\n\0: y\r\nFröm: z\r\n\r\n",
        ])
    func keeps(message: String) {
        let (sieve, output) = Self.run(bytes(message))
        #expect(output == bytes(message))
        #expect(sieve.removedCount == 0)
        #expect(sieve.isPastHeader)
    }

    @Test("the output does not depend on how the message is cut")
    func anySplit() {
        let message = bytes(
            "Received: from a\r\n by b\r\nReturn-Path: <x@y>\r\nAuthentication-Results: (c;\r\n c) mx.our.test 1;\r\n"
                + " dmarc=pass\r\nAuthentication-Results: other.test; spf=pass\r\nReturn-Path\r\n : z\r\n"
                + "received : two\r\nSubject: s\r\n\r\nReturn-Path: body\r\n")
        let (whole, expected) = Self.run(message)
        #expect(whole.receivedCount == 2)
        #expect(whole.removedCount == 3)
        #expect(whole.fieldCount == 7)
        #expect(
            text(expected)
                == "Received: from a\r\n by b\r\nAuthentication-Results: other.test; spf=pass\r\nreceived : two\r\n"
                + "Subject: s\r\n\r\nReturn-Path: body\r\n")
        for first in 0...message.count {
            #expect(Self.run(message, cuts: [first]).1 == expected)
        }
        #expect(Self.run(message, cuts: Array(0..<message.count)).1 == expected)
        var generator = SeededGenerator(seed: 5_321)
        for _ in 0..<300 {
            let cuts = (0..<8).map { _ in Int.random(in: 0...message.count, using: &generator) }.sorted()
            let (sieve, output) = Self.run(message, cuts: cuts)
            #expect(output == expected)
            #expect(sieve.headerByteCount == whole.headerByteCount)
            #expect(sieve.receivedCount == 2)
        }
    }

    @Test("random headers: any cut gives the same, and no Return-Path is left")
    func randomHeaders() {
        var generator = SeededGenerator(seed: 5_322)
        let pieces = [
            "Return-Path", "Authentication-Results", "mx.our.test", "other.test", ":", ";", " ", "\t", "\r\n", "\n",
            "\r",
            "(", ")", "\"", "\\", "Received", "x", "\0",
        ]
        for _ in 0..<3_000 {
            let count = Int.random(in: 0..<30, using: &generator)
            let message = (0..<count).flatMap { _ in bytes(pieces.randomElement(using: &generator) ?? "") }
            let (_, expected) = Self.run(message)
            let cuts = (0..<3).map { _ in Int.random(in: 0...message.count, using: &generator) }.sorted()
            #expect(Self.run(message, cuts: cuts).1 == expected)
            #expect(HeaderSection(expected).fields(named: .returnPath).isEmpty)
        }
    }

    @Test("the header ends at the blank line, and slices may bypass the sieve then")
    func pastHeader() {
        var sieve = HeaderSieve(rule: Self.rule)
        var output: [UInt8] = []
        let header = bytes("A: b\r\n\r")
        sieve.push(header.span, into: &output)
        #expect(!sieve.isPastHeader)
        let rest = bytes("\nbody")
        sieve.push(rest.span, into: &output)
        #expect(sieve.isPastHeader)
        #expect(sieve.headerByteCount == 8)
        #expect(text(output) == "A: b\r\n\r\nbody")
    }

    @Test("M25: header bytes and fields are counted against limits")
    func limits() {
        let header = bytes(String(repeating: "A: b\r\n", count: 100) + "\r\n")
        #expect(!Self.run(header, limits: .init(maximumBytes: 602, maximumFields: 100)).0.exceedsLimits)
        #expect(Self.run(header, limits: .init(maximumBytes: 601, maximumFields: 100)).0.exceedsLimits)
        #expect(Self.run(header, limits: .init(maximumBytes: 602, maximumFields: 99)).0.exceedsLimits)
        let body = header + bytes(String(repeating: "x: y\r\n", count: 500))
        #expect(!Self.run(body, limits: .init(maximumBytes: 602, maximumFields: 100)).0.exceedsLimits)
    }

    @Test("C05: Received fields are counted")
    func received() {
        let hops = String(repeating: "Received: from a by b; date\r\n\tx\r\n", count: 51)
        #expect(Self.run(bytes(hops + "X-Received: no\r\n\r\nReceived: body\r\n")).0.receivedCount == 51)
    }

    @Test("without an authserv-id no Authentication-Results field is removed")
    func noIdentifier() {
        var sieve = HeaderSieve(rule: .init(names: [], authservIDs: []))
        var output: [UInt8] = []
        let message = bytes("Authentication-Results: ; x\r\n\r\n")
        sieve.push(message.span, into: &output)
        #expect(output == message)
    }
}
