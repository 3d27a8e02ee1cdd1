import Foundation
import InternetMessage
import SMTP
import Testing

/// Messages at random, and what readers have to find in them.
struct RandomMessage {
    struct Leaf {
        var type: String
        var fileName: String?
        /// Nil: a container.
        var content: [UInt8]?
    }

    var subject: String
    var people: [String: [(name: String, address: String)]] = [:]
    /// The parts, each before its own.
    var leaves: [Leaf] = []
    var builder: MessageBuilder

    init(using generator: inout SeededGenerator, extensions: Extensions) {
        subject = Self.text(&generator, upTo: 20)
        builder = MessageBuilder(from: [], date: noon).removing(.from).allowing(extensions).subject(subject)
        for (name, limit) in [("from", 1...1), ("to", 1...4), ("cc", 0...2), ("reply-to", 0...1)] {
            let count = Int.random(in: limit, using: &generator)
            var mailboxes: [NamedMailbox] = []
            for index in 0..<count {
                let domain = extensions.contains(.smtpUTF8) ? "bücher.test" : "books.test"
                let address =
                    ["\(name)\(index)@\(domain)", "a.b+c@x.test", "o'x@y-z.test"].randomElement(using: &generator) ?? ""
                let display = DisplayName(Self.text(&generator, upTo: 8))
                guard let mailbox = Mailbox(address) else { continue }
                mailboxes.append(NamedMailbox(mailbox, name: display))
                people[name, default: []].append((display?.text ?? "", address))
            }
            switch name {
            case "from": builder = builder.from(mailboxes)
            case "to": builder = builder.to(mailboxes)
            case "cc": builder = builder.cc(mailboxes)
            default: builder = builder.replyTo(mailboxes)
            }
        }
        builder = builder.body(part(&generator, depth: 0))
    }

    private mutating func part(_ generator: inout SeededGenerator, depth: Int) -> MessagePart {
        switch Int.random(in: 0...(depth < 4 ? 6 : 3), using: &generator) {
        case 0, 1:
            let text = Self.lines(&generator)
            let isHTML = Bool.random(using: &generator)
            let isPlaced = depth > 0
            // at the end of a message a text has a line end
            let written = isPlaced || text.hasSuffix("\n") || text.isEmpty ? text : text + "\n"
            leaves.append(
                Leaf(
                    type: isHTML ? "text/html" : "text/plain",
                    content: Array(written.replacing("\n", with: "\r\n").utf8)))
            return isHTML ? .html(written) : .plain(written)
        case 2, 3:
            let count = Int.random(in: 0...200, using: &generator)
            let content = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let name = Self.text(&generator, upTo: 25)
            leaves.append(Leaf(type: "application/x-any", fileName: name, content: content))
            return .attachment(name, type: "application/x-any", content: content)
        default:
            let subtype = ["mixed", "alternative", "related"].randomElement(using: &generator) ?? "mixed"
            leaves.append(Leaf(type: "multipart/" + subtype))
            let count = Int.random(in: 1...3, using: &generator)
            return .multipart(subtype, (0..<count).map { _ in part(&generator, depth: depth + 1) })
        }
    }

    static func text(_ generator: inout SeededGenerator, upTo limit: Int) -> String {
        let words = [
            "a", "word", "Ünder", "日本", "🙂", "=?", "\"q\"", "x,y", "e\u{301}", "(c)", "<d>", "back\\slash", "it's",
            "100%",
        ]
        let count = Int.random(in: 1...limit, using: &generator)
        return (0..<count).map { _ in words.randomElement(using: &generator) ?? "" }.joined(separator: " ")
    }

    private static func lines(_ generator: inout SeededGenerator) -> String {
        let pieces = ["a line\n", "\n", "From x\n", ".\n", "Grüße", " ", "--", "=", "日本語", "x", "trailing \n"]
        return (0..<Int.random(in: 0...20, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? ""
        }.joined()
    }
}

@Suite struct RoundTripTests {
    @Test("what is built our reader reads back", arguments: [UInt64(41), 42, 43])
    func own(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<150 {
            let extensions = [[], Extensions.eightBitMIME, [.smtpUTF8, .eightBitMIME]][round % 3]
            let wanted = RandomMessage(using: &generator, extensions: extensions)
            let message = try built(wanted.builder, seed: generator.next())
            #expect(faults(of: message) == [], "seed \(seed), round \(round)")
            let read = MIMEMessage(message.bytes)
            try #require(read.entities.count == wanted.leaves.count, "seed \(seed), round \(round)")
            for (entity, leaf) in zip(read.entities, wanted.leaves) {
                #expect(text(entity.mediaType.name) == leaf.type)
                #expect(text(entity.disposition?.parameters["filename"]?.value) == leaf.fileName)
                guard let content = leaf.content else { continue }
                #expect(
                    read.content(of: entity) == DecodedContent(bytes: content, isDamaged: false),
                    "seed \(seed), round \(round)")
            }
            for (name, people) in wanted.people {
                let field = try #require(HeaderFieldName(bytes(name)).flatMap { message.fields(named: $0).first })
                let mailboxes = try AddressList(field.body).mailboxes
                #expect(mailboxes.map { $0.displayName?.text ?? "" } == people.map(\.name))
                #expect(mailboxes.map { text($0.mailbox.bytes) } == people.map(\.address))
            }
            #expect(
                text(DisplayText.decode(try #require(message.fields(named: .subject).first?.body))) == wanted.subject)
        }
    }

    @Test(
        "what is built Python's email package reads back",
        .enabled(if: PythonReader.isThere, "python3 is not installed"))
    func python() throws {
        let seed: UInt64 = 51
        var generator = SeededGenerator(seed: seed)
        let rounds = Int(ProcessInfo.processInfo.environment["SAMOTOP_BUILDER_ROUNDS"] ?? "") ?? 60
        var wanted: [RandomMessage] = []
        var messages: [[UInt8]] = []
        for round in 0..<rounds {
            let extensions = [[], Extensions.eightBitMIME, [.smtpUTF8, .eightBitMIME]][round % 3]
            let random = RandomMessage(using: &generator, extensions: extensions)
            wanted.append(random)
            messages.append(try built(random.builder, seed: generator.next()).bytes)
        }
        let found = try PythonReader.read(messages)
        try #require(found.count == wanted.count)
        for (round, (found, wanted)) in zip(found, wanted).enumerated() {
            let entities = found.entity.all
            try #require(entities.count == wanted.leaves.count, "round \(round)")
            #expect(found.defects == [] && entities.allSatisfy { $0.defects == [] }, "round \(round): \(found.defects)")
            for (entity, leaf) in zip(entities, wanted.leaves) {
                #expect(entity.type == leaf.type)
                #expect(entity.filename == leaf.fileName, "round \(round)")
                if let content = leaf.content { #expect(entity.content.map(Array.init) == content, "round \(round)") }
            }
            for (name, people) in wanted.people {
                let names = found.people[name] ?? []
                #expect(names.map { $0[0] } == people.map(\.name), "round \(round)")
                #expect(names.map { $0[1] } == people.map(\.address), "round \(round)")
            }
            #expect(found.subject == wanted.subject, "round \(round)")
        }
    }
}
