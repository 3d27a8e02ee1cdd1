/// Whether two patterns have a local-part in common.
enum PatternOverlap {
    /// A pattern, octet by octet.
    private enum Step: Hashable {
        case octet(UInt8)
        case any
        /// Any number of octets, also none.
        case star
    }

    private struct State: Hashable {
        var first: Int
        var second: Int
    }

    /// A local-part that is of both patterns; nil: there is none.
    static func example(_ first: LocalPartPattern, _ second: LocalPartPattern, _ matching: LocalPartMatching) -> String?
    {
        let (one, two) = (steps(first, matching), steps(second, matching))
        var reached: Set<State> = [State(first: 0, second: 0)]
        var line: [(State, text: [UInt8])] = [(State(first: 0, second: 0), [])]
        var next = 0
        func go(_ state: State, _ text: [UInt8]) {
            if reached.insert(state).inserted { line.append((state, text)) }
        }
        while next < line.count {
            let (state, text) = line[next]
            next += 1
            let (left, right) = (one[at: state.first], two[at: state.second])
            if left == nil, right == nil { return String(decoding: text, as: UTF8.self) }
            if left == .star { go(State(first: state.first + 1, second: state.second), text) }
            if right == .star { go(State(first: state.first, second: state.second + 1), text) }
            guard let left, let right, let octet = common(left, right), left != .star || right != .star else {
                continue
            }
            go(
                State(
                    first: left == .star ? state.first : state.first + 1,
                    second: right == .star ? state.second : state.second + 1), text + [octet])
        }
        return nil
    }

    private static func steps(_ pattern: LocalPartPattern, _ matching: LocalPartMatching) -> [Step] {
        pattern.parts.flatMap { part -> [Step] in
            switch part {
            case .literal(let octets): Directory.key(octets, matching).map { .octet($0) }
            case .field: [.any, .star]
            }
        }
    }

    private static func common(_ left: Step, _ right: Step) -> UInt8? {
        switch (left, right) {
        case (.octet(let one), .octet(let two)): one == two ? one : nil
        case (.octet(let octet), _), (_, .octet(let octet)): octet
        default: UInt8(ascii: "x")
        }
    }
}

extension Array {
    fileprivate subscript(at index: Int) -> Element? { index < count ? self[index] : nil }
}
