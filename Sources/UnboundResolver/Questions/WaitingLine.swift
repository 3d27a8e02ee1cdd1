#if Unbound
    /// First come, first served; taking one costs the same however long the line is.
    struct WaitingLine<Element> {
        private var elements: [Element?] = []
        private var start = 0

        var count: Int { elements.count - start }

        var first: Element? { start < elements.count ? elements[start] : nil }

        mutating func append(contentsOf more: [Element]) { elements += more.lazy.map { $0 } }

        mutating func popFirst() -> Element? {
            guard let first else { return nil }
            elements[start] = nil
            start += 1
            if start * 2 > elements.count {
                elements.removeFirst(start)
                start = 0
            }
            return first
        }
    }
#endif
