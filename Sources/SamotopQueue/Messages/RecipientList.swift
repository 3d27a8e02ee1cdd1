/// Something for each of a message's recipients. Most messages have one, which then needs no memory of its own.
struct RecipientList<Element: Sendable>: RandomAccessCollection, MutableCollection, Sendable {
    private var first: Element?
    private var others: [Element] = []

    init() {}

    init(_ elements: some Sequence<Element>) { for element in elements { append(element) } }

    var startIndex: Int { 0 }
    var endIndex: Int { first == nil ? 0 : others.count + 1 }

    subscript(position: Int) -> Element {
        get {
            if position == 0, let first { return first }
            return others[position - 1]
        }
        set {
            if position == 0, first != nil { first = newValue } else { others[position - 1] = newValue }
        }
    }

    mutating func append(_ element: Element) {
        if first == nil { first = element } else { others.append(element) }
    }

    /// Makes room for so many.
    mutating func reserveCapacity(_ count: Int) { if count > 1 { others.reserveCapacity(count - 1) } }
}

extension RecipientList: Equatable where Element: Equatable {}
extension RecipientList: Hashable where Element: Hashable {}
