import Testing

@testable import SamotopQueue

@Suite struct SlotTableTests {
    private static func slot(_ id: String) throws -> MessageSlot {
        MessageSlot(facts: try MessageFacts(Sample.message(id)))
    }

    @Test("It finds what a dictionary finds, whatever came and went", arguments: [1, 2, 3])
    func model(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var table = SlotTable<MessageSlot>()
        var slots: [MessageSlot] = []
        var known: [String: UInt32] = [:]
        for number in 0..<3_000 {
            if random.next() % 3 > 0 || known.isEmpty {
                let id = "m\(number)"
                slots.append(try Self.slot(id))
                let place = UInt32(slots.count - 1)
                table.insert(MessageKey(id), place, in: slots)
                known[id] = place
            } else {
                guard let id = known.keys.sorted().randomElement(using: &random), let place = known[id] else {
                    continue
                }
                table.remove(MessageKey(id), in: slots)
                slots[Int(place)] = MessageSlot()
                known[id] = nil
            }
            #expect(table.count == known.count)
        }
        for number in 0..<3_000 {
            let id = "m\(number)"
            #expect(table.slot(of: MessageKey(id), in: slots) == known[id], "\(id)")
        }
        for id in known.keys { table.remove(MessageKey(id), in: slots) }
        #expect(table.isEmpty)
    }

    @Test("Nothing is found in an empty one, and nothing removed")
    func empty() {
        var table = SlotTable<MessageSlot>()
        #expect(table.slot(of: MessageKey("x"), in: []) == nil)
        table.remove(MessageKey("x"), in: [])
        #expect(table.isEmpty)
    }
}
