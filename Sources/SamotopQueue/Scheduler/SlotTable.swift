/// A place for a message, which has its key.
protocol KeyedSlot {
    /// Nil: nothing is here.
    var key: MessageKey? { get }
}

/// Finds messages' slots by their keys. The keys are in the slots, so that a message costs 4 to 8 octets here.
///
/// Open addressing with linear probing; a key's octets are those of a digest and need no hashing. What is removed leaves no mark: who
/// stands behind it moves up.
struct SlotTable<Slot: KeyedSlot>: Sendable {
    /// A slot's number and one; 0: empty. A power of two of them, two thirds of which are in use at most.
    private var places: [UInt32] = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Makes room for so many.
    mutating func reserve(_ wanted: Int, in slots: [Slot]) {
        var size = max(64, places.count)
        while size / 3 * 2 < wanted { size *= 2 }
        guard size > places.count else { return }
        let old = places
        places = Array(repeating: 0, count: size)
        for place in old where place != 0 {
            guard let key = slots[Int(place - 1)].key else { continue }
            places[free(from: home(of: key))] = place
        }
    }

    func slot(of key: MessageKey, in slots: [Slot]) -> UInt32? {
        place(of: key, in: slots).map { places[$0] - 1 }
    }

    /// Adds a slot whose key isn't there.
    mutating func insert(_ key: MessageKey, _ slot: UInt32, in slots: [Slot]) {
        reserve(count + 1, in: slots)
        places[free(from: home(of: key))] = slot + 1
        count += 1
    }

    /// Takes a key out while its slot still holds it.
    mutating func remove(_ key: MessageKey, in slots: [Slot]) {
        guard var hole = place(of: key, in: slots) else { return }
        count -= 1
        var next = hole
        while true {
            next = (next + 1) & (places.count - 1)
            guard places[next] != 0, let other = slots[Int(places[next] - 1)].key else { break }
            // Whoever would be found from its home without passing the hole stays.
            let distance = (next - home(of: other)) & (places.count - 1)
            guard distance >= (next - hole) & (places.count - 1) else { continue }
            places[hole] = places[next]
            hole = next
        }
        places[hole] = 0
    }

    private func home(of key: MessageKey) -> Int { Int(truncatingIfNeeded: key.low) & (places.count - 1) }

    private func free(from home: Int) -> Int {
        var index = home
        while places[index] != 0 { index = (index + 1) & (places.count - 1) }
        return index
    }

    private func place(of key: MessageKey, in slots: [Slot]) -> Int? {
        guard !places.isEmpty else { return nil }
        var index = home(of: key)
        while places[index] != 0 {
            if slots[Int(places[index] - 1)].key == key { return index }
            index = (index + 1) & (places.count - 1)
        }
        return nil
    }
}
