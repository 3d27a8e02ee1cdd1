/// A message's recipients in the scheduler's memory. Most messages have one, which then needs no memory of its own.
struct RecipientEntries: RandomAccessCollection, MutableCollection, Sendable {
    private var first: RecipientEntry?
    private var others: [RecipientEntry] = []

    var startIndex: Int { 0 }
    var endIndex: Int { first == nil ? 0 : others.count + 1 }

    subscript(position: Int) -> RecipientEntry {
        get {
            if position == 0, let first { return first }
            return others[position - 1]
        }
        set {
            if position == 0, first != nil { first = newValue } else { others[position - 1] = newValue }
        }
    }

    mutating func append(_ entry: RecipientEntry) {
        if first == nil { first = entry } else { others.append(entry) }
    }

    /// Makes room for so many.
    mutating func reserveCapacity(_ count: Int) { if count > 1 { others.reserveCapacity(count - 1) } }
}
