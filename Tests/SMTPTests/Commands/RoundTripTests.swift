import SMTP
import Testing

@Suite("What is written is what is read")
struct RoundTripTests {
    @Test("generated commands", arguments: [1, 2, 3, 4] as [UInt64])
    func commands(_ seed: UInt64) throws {
        var generator = CommandGenerator(seed: seed)
        var verbs: Set<CommandVerb> = []
        for _ in 0..<5_000 {
            let command = generator.command()
            let bytes = command.bytes
            #expect(try Line.parse(bytes) == command, "\(String(decoding: bytes, as: UTF8.self))")
            #expect(try command.encoded() == bytes)
            verbs.insert(command.verb)
        }
        #expect(verbs.count == CommandVerb.allCases.count)
    }

    @Test("whatever is read, is written and read again as the same", arguments: [5, 6, 7, 8] as [UInt64])
    func lines(_ seed: UInt64) throws {
        var generator = CommandGenerator(seed: seed)
        var read = 0
        for _ in 0..<20_000 {
            let line = generator.mutated(generator.command().bytes)
            guard let command = try? Line.parse(line) else { continue }
            read += 1
            let bytes = command.bytes
            #expect((try? Line.parse(bytes)) == command, "\(String(decoding: line, as: UTF8.self))")
            #expect(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        }
        #expect(read > 1_000)
    }
}
