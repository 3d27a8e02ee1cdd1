import Foundation
import InternetMessage
import Testing

struct MutationTests {
    @Test("the messages of all sets hold what holds for every message")
    func corpora() throws {
        let messages = try messagesOfTheSets()
        for message in messages { checkInvariants(message.octets, message.name) }
        #expect(messages.count > 250)
    }

    @Test("C01, C02: cut, spliced and with other bits, the messages still hold it")
    func mutated() throws {
        var generator = SeededGenerator(seed: 2_045)
        let messages = try messagesOfTheSets().filter { $0.octets.count < 8_000 }
        for round in 0..<1_500 {
            guard let base = messages.randomElement(using: &generator),
                let other = messages.randomElement(using: &generator)
            else { return }
            checkInvariants(
                Self.mutate(base.octets, other.octets, &generator), "round \(round) of \(base.name)")
        }
    }

    private static func mutate(_ octets: [UInt8], _ other: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var out = octets
        switch Int.random(in: 0..<5, using: &generator) {
        case 0:
            out.removeLast(Int.random(in: 0...out.count, using: &generator))
        case 1:
            let cut = Int.random(in: 0...out.count, using: &generator)
            out = Array(out[..<cut] + other.suffix(Int.random(in: 0...other.count, using: &generator)))
        case 2:
            let lines = out.split(separator: 0x0A, omittingEmptySubsequences: false).shuffled(using: &generator)
            out = Array(lines.joined(separator: [0x0A]))
        default:
            break
        }
        for _ in 0..<Int.random(in: 0...20, using: &generator) where !out.isEmpty {
            let place = Int.random(in: out.indices, using: &generator)
            let structure = bytes("\r\n\0:;=-\"(/\\*'<& \u{FF}")
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: out[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: out[place] = structure.randomElement(using: &generator) ?? 0
            default: out.remove(at: place)
            }
        }
        return out
    }

    /// Sets whose licence keeps them out of here: a folder of messages, wherever it is.
    @Test("mime-notmuch, or any other folder of messages that SAMOTOP_MESSAGES names")
    func folder() throws {
        guard let path = ProcessInfo.processInfo.environment["SAMOTOP_MESSAGES"] else {
            print(
                "mime-notmuch: not run: it is under the GPL and so not part of the sources; SAMOTOP_MESSAGES names its folder"
            )
            return
        }
        let files = FileManager.default.enumerator(
            at: URL(filePath: path), includingPropertiesForKeys: [.isRegularFileKey])
        var count = 0
        for case let file as URL in files ?? .init() {
            guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            checkInvariants(Array(try Data(contentsOf: file)), file.lastPathComponent)
            count += 1
        }
        #expect(count > 0)
        print("\(URL(filePath: path).lastPathComponent): \(count) messages read")
    }
}
