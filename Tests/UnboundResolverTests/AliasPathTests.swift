#if Unbound
    import NameResolution
    import Testing

    @testable import UnboundResolver

    @Suite struct AliasPathTests {
        private func message(_ records: [[UInt8]], count: Int? = nil) -> [UInt8] {
            var query = DNSMessage.query(DNSName("a.test") ?? .root, .a)
            query[2] = 0
            var message = DNSMessage.reply(to: query, records)
            if let count { message.replaceSubrange(6..<8, with: DNSMessage.number(UInt16(count))) }
            return message
        }

        private func alias(_ owner: String, _ target: String) throws -> [UInt8] {
            DNSMessage.record(.cname, try name(target).wire, owner: try name(owner).wire)
        }

        @Test func thePathIsFollowedWhateverTheOrder() throws {
            let message = message([
                try alias("C.test", "d.test"), DNSMessage.record(.a, [192, 0, 2, 1]), try alias("a.test", "b.test"),
                try alias("B.TEST", "c.test"), try alias("x.test", "y.test"),
            ])
            #expect(
                try AliasPath.read(message, from: try name("A.test")) == [
                    try name("b.test"), try name("c.test"), try name("d.test"),
                ])
            #expect(try AliasPath.read(message, from: try name("d.test")) == [])
        }

        @Test func namesMayBeCompressed() throws {
            // b.test as a label and a pointer to the second label of the question.
            let message = message([DNSMessage.record(.cname, [1, 0x62, 0xC0, 0x0E])])
            #expect(try AliasPath.read(message, from: try name("a.test")) == [try name("b.test")])
        }

        @Test("D13: a ninth alias and a circle end it") func tooMany() throws {
            let chain = try (0..<9).map { try alias("n\($0).test", "n\($0 + 1).test") }
            #expect(try AliasPath.read(message(chain), from: try name("n1.test")).count == 8)
            #expect(throws: Answer.Failure.serverFailure) {
                try AliasPath.read(message(chain), from: try name("n0.test"))
            }
            let circle = message([try alias("a.test", "b.test"), try alias("b.test", "a.test")])
            #expect(throws: Answer.Failure.serverFailure) { try AliasPath.read(circle, from: try name("a.test")) }
        }

        @Test("D07: pointers that lead nowhere, forward or round, and what is cut off") func malformed() throws {
            // Owners that begin where the answers do.
            let start = message([]).count
            let rest = DNSMessage.number(5) + DNSMessage.number(1) + [0, 0, 0, 0, 0, 1, 0]
            let pointer = { (target: Int) in DNSMessage.number(0xC000 | UInt16(target)) }
            let owners: [[UInt8]] = [
                pointer(start), pointer(start + 2), pointer(0x3FFF), [1, 97] + pointer(start),
                [1, 97] + pointer(start + 2),
                [64] + [UInt8](repeating: 97, count: 64) + [0], [0x80, 0], [0x40, 0], [0xC0],
                [UInt8](repeatElement([1, 97] as [UInt8], count: 128).joined()) + [0], [5, 97],
            ]
            for owner in owners {
                #expect(throws: Answer.Failure.malformed) { try AliasPath.read(message([owner + rest]), from: .root) }
            }
            let good = message([try alias("a.test", "b.test")])
            #expect(try AliasPath.read(good, from: try name("a.test")).count == 1)
            for count in 0..<good.count {
                #expect(throws: Answer.Failure.malformed) { try AliasPath.read(Array(good[0..<count]), from: .root) }
            }
            #expect(throws: Answer.Failure.malformed) {
                try AliasPath.read(message([try alias("a.test", "b.test")], count: 65_535), from: .root)
            }
            // The name is shorter, or longer, than the data.
            for length in [[0, 7], [0, 9]] as [[UInt8]] {
                let data = try name("b.test").wire + [0]
                let record =
                    try name("a.test").wire + DNSMessage.number(5) + DNSMessage.number(1) + [0, 0, 0, 0] + length + data
                #expect(throws: Answer.Failure.malformed) { try AliasPath.read(message([record]), from: .root) }
            }
        }

        @Test("D07: a chain of pointers costs no more than a name", arguments: [1, 126, 127, 5_000])
        func manyPointers(_ count: Int) throws {
            // Each pointer leads to the one before it, the first to the name of the question; they stand in a record's
            // data.
            var target = 12
            var chain: [UInt8] = []
            let start = message([DNSMessage.record(.txt, [])]).count
            for _ in 0..<count {
                chain += DNSMessage.number(0xC000 | UInt16(target))
                target = start + chain.count - 2
            }
            let alias = DNSMessage.record(
                .cname, try name("b.test").wire, owner: DNSMessage.number(0xC000 | UInt16(target)))
            let message = message([DNSMessage.record(.txt, chain), alias])
            if count < 127 {
                #expect(try AliasPath.read(message, from: try name("a.test")) == [try name("b.test")])
            } else {
                #expect(throws: Answer.Failure.malformed) { try AliasPath.read(message, from: .root) }
            }
        }

        @Test("D07: random octets never trap") func random() throws {
            let good = message([try alias("a.test", "b.test"), DNSMessage.record(.cname, [1, 0x62, 0xC0, 0x0E])])
            for _ in 0..<20_000 {
                var octets = good
                for _ in 0..<Int.random(in: 1...6) { octets[Int.random(in: 0..<octets.count)] = .random(in: 0...255) }
                _ = try? AliasPath.read(octets, from: try name("a.test"))
            }
        }
    }
#endif
