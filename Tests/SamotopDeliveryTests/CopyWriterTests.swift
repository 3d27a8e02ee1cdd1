import Testing

@testable import SamotopDelivery

@Suite("Line endings in files")
struct CopyWriterTests {
    private func written(_ octets: [UInt8], cuts: [Int], _ lineEnding: LineEnding) throws -> [UInt8] {
        let disk = MemoryDisk()
        let file = try disk.open("f", in: -100, flags: 0o100, mode: 0o600)
        var writer = CopyWriter(files: [file], lineEnding: lineEnding, fileSystem: disk)
        var start = 0
        for end in cuts + [octets.count] {
            try writer.append(octets[start..<end].span)
            start = end
        }
        try writer.finish()
        let bytes = try #require(disk.contents(of: "/")?["f"])
        #expect(writer.count == bytes.count)
        return bytes
    }

    @Test("D7: each split of CR, LF and others gives the same file, from which the octets can be had back")
    func everySplit() throws {
        let alphabet: [UInt8] = [0x0D, 0x0A, 0x61]
        for length in 0...6 {
            let many = (0..<length).reduce(1) { count, _ in count * 3 }
            for number in 0..<many {
                var octets: [UInt8] = []
                var rest = number
                for _ in 0..<length {
                    octets.append(alphabet[rest % 3])
                    rest /= 3
                }
                let lines = TestMessage.lines(octets)
                for first in 0...length {
                    for second in first...length {
                        let cuts = [first, second]
                        #expect(try written(octets, cuts: cuts, .lf) == lines)
                        #expect(try written(octets, cuts: cuts, .crlf) == octets)
                    }
                }
            }
        }
    }

    @Test("Large content, in slices of odd sizes")
    func large() throws {
        let octets = (0..<300_000).map {
            UInt8(truncatingIfNeeded: $0 % 79 == 77 ? 13 : $0 % 79 == 78 ? 10 : 33 + $0 % 79)
        }
        #expect(try written(octets, cuts: [1, 65_535, 65_536, 131_073, 299_999], .lf) == TestMessage.lines(octets))
        #expect(try written(octets, cuts: [], .crlf) == octets)
    }
}
