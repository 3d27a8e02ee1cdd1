import SamotopReports
import Testing

@Suite("Octets of strangers") struct HostileTests {
    /// Numbers that are the same each time.
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test("X08: whatever is done to a report, it is read or refused", arguments: 0..<8 as Range<UInt64>)
    func mutated(_ seed: UInt64) throws {
        var random = Seeded(state: seed)
        let samples = [SampleXML.modern, SampleXML.former, SampleXML.tls()]
        let words = [
            "<", ">", "&#", ";", "\"", "<!", "-->", "]]>", "{", "[", "-", "9", "</record>", "<record>", ":", "\u{0}",
        ]
        var (read, refused) = (0, 0)
        for round in 0..<600 {
            var file = try #require(samples.randomElement(using: &random))
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let place = Int.random(in: 0..<file.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: file[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: file.removeSubrange(place..<min(file.count, place + Int.random(in: 1...40, using: &random)))
                case 2: file.insert(contentsOf: try #require(words.randomElement(using: &random)).utf8, at: place)
                default: file.insert(contentsOf: file[place..<min(file.count, place + 60)], at: place)
                }
                if file.isEmpty { file = [0] }
            }
            if round % 3 == 0 { file = try #require(Gzip.compress(file)) }
            if round % 6 == 0, !file.isEmpty { file[Int.random(in: 0..<file.count, using: &random)] ^= 1 << 3 }
            if fault({ () throws(ReportFault) in _ = try ReportReader().report(in: file) }) == nil {
                read += 1
            } else {
                refused += 1
            }
        }
        // Both happen, else the test tells nothing.
        #expect(read > 10 && refused > 10)
    }

    @Test("X08: the time to read grows with the length and no faster: each octet is looked at a fixed number of times")
    func unclosed() {
        // What a careless reader would look through again from each place.
        for piece in ["<!--", "<![CDATA[", "<?", "<a b='", "&", "<", "]]", "--"] {
            let xml = Array("<feedback>".utf8) + Array(String(repeating: piece, count: 1_000_000).utf8)
            #expect(fault { () throws(ReportFault) in _ = try ReceivedDMARCReport(xml: xml) } != nil, "\(piece)")
        }
    }
}
