/// Lines of several priorities, the highest first; within one, first in, first out.
struct PriorityFifo<Element: Sendable>: Sendable {
    private var ordinary = Fifo<Element>()
    /// Of other priorities than 0, the highest first: none for nearly all mail. Never an empty one.
    private var others: [(priority: Int8, line: Fifo<Element>)] = []

    var isEmpty: Bool { ordinary.isEmpty && others.isEmpty }

    mutating func append(_ element: Element, priority: Int8) {
        guard priority != 0 else { return ordinary.append(element) }
        let place = others.firstIndex { $0.priority <= priority } ?? others.count
        if place == others.count || others[place].priority != priority {
            others.insert((priority, Fifo()), at: place)
        }
        others[place].line.append(element)
    }

    mutating func popFirst() -> Element? {
        if let first = others.first, first.priority > 0 || ordinary.isEmpty {
            let element = others[0].line.popFirst()
            if others[0].line.isEmpty { others.removeFirst() }
            return element
        }
        return ordinary.popFirst()
    }
}
