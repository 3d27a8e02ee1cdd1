#if Unbound
    import NameResolution
    import Testing

    @testable import UnboundResolver

    @Suite struct SignatureReaderTests {
        private func message(_ records: [[UInt8]]) -> [UInt8] {
            DNSMessage.reply(to: DNSMessage.query(DNSName("a.test") ?? .root, .a), records)
        }

        private func signature(_ covered: RecordType, _ expires: UInt32, by signer: String) throws -> [UInt8] {
            let times =
                DNSMessage.number(UInt16(expires >> 16)) + DNSMessage.number(UInt16(truncatingIfNeeded: expires))
            let data =
                DNSMessage.number(covered.rawValue) + [13, 2, 0, 0, 1, 44] + times + [0, 0, 0, 1, 0xAB, 0xCD]
                + (try name(signer)).wire + [UInt8](repeating: 9, count: 64)
            return DNSMessage.record(.rrsig, data, owner: try name("a.test").wire)
        }

        @Test("The signer of what was asked for, and the time that ends first, that of aliases included")
        func read() throws {
            let address = DNSMessage.record(.a, [192, 0, 2, 1])
            let message = message([
                try signature(.cname, 1_000, by: "alias.test"), address, try signature(.a, 4_000_000_000, by: "test"),
                try signature(.txt, 5, by: "other.test"),
            ])
            #expect(
                try SignatureReader.read(message, .a)
                    == AnswerSignature(signer: try name("test"), expires: 1_000))
            #expect(try SignatureReader.read(message, .mx) == nil)
            #expect(try SignatureReader.read(self.message([address]), .a) == nil)
        }

        @Test("D07: what is cut off, and a signer's name that goes on behind the record") func malformed() throws {
            let good = message([try signature(.a, 1, by: "test")])
            for count in 0..<good.count {
                #expect(throws: Answer.Failure.malformed) { try SignatureReader.read(Array(good[0..<count]), .a) }
            }
            let short = DNSMessage.record(.rrsig, DNSMessage.number(1) + [UInt8](repeating: 0, count: 16) + [4, 116])
            #expect(throws: Answer.Failure.malformed) {
                try SignatureReader.read(message([short, DNSMessage.record(.a, [192, 0, 2, 1])]), .a)
            }
        }
    }
#endif
