/// Normalisation form C of short texts, from what the standard library tells: strings are equal when they are so canonically.
/// It decomposes nothing.
package enum CanonicalComposition {
    /// - Returns: nil when the order of marks could not be settled without decomposition.
    package static func compose(_ text: [Unicode.Scalar]) -> [Unicode.Scalar]? {
        guard text.contains(where: { isMark($0) || isJamo($0) }) else { return text }
        let ordered = order(text)
        var out: [Unicode.Scalar] = []
        var starter: Int?
        var lastClass = 0
        for scalar in ordered {
            let ccc = combiningClass(scalar)
            let isBlocked = starter.map { $0 + 1 < out.count && (lastClass == 0 || lastClass >= ccc) } ?? true
            if !isBlocked, let place = starter, let composed = pair(out[place], scalar) {
                out[place] = composed
                continue
            }
            if let place = starter, ccc > 0, ccc < 230, mayBeComposed(out[place]) { return nil }
            if ccc == 0 { starter = out.count }
            lastClass = ccc
            out.append(scalar)
        }
        return out
    }

    private static func combiningClass(_ scalar: Unicode.Scalar) -> Int {
        Int(scalar.properties.canonicalCombiningClass.rawValue)
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func isJamo(_ scalar: Unicode.Scalar) -> Bool { (0x1100...0x11FF).contains(scalar.value) }

    /// A letter that a mark below or across it, which goes before the marks above, might change.
    private static func mayBeComposed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xC0...0x24F, 0x370...0x4FF, 0x1E00...0x1FFF: true
        default: false
        }
    }

    /// Marks behind their letter in the order of their classes, those of one class as they were.
    private static func order(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        var marks: [(offset: Int, scalar: Unicode.Scalar)] = []
        func settled(_ marks: [(offset: Int, scalar: Unicode.Scalar)]) -> [Unicode.Scalar] {
            marks.sorted { (combiningClass($0.scalar), $0.offset) < (combiningClass($1.scalar), $1.offset) }.map(
                \.scalar)
        }
        for (offset, scalar) in text.enumerated() {
            if combiningClass(scalar) > 0 {
                marks.append((offset, scalar))
            } else {
                out += settled(marks)
                marks = []
                out.append(scalar)
            }
        }
        return out + settled(marks)
    }

    private static func pair(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        // Unicode §3.12
        if (0x1100..<0x1113).contains(first.value), (0x1161..<0x1176).contains(second.value) {
            return Unicode.Scalar(0xAC00 + ((first.value - 0x1100) * 21 + second.value - 0x1161) * 28)
        }
        if (0xAC00...0xD7A3).contains(first.value), (first.value - 0xAC00) % 28 == 0,
            (0x11A8..<0x11C3).contains(second.value)
        {
            return Unicode.Scalar(first.value + second.value - 0x11A7)
        }
        return composites[String(String.UnicodeScalarView([first, second]))]
    }

    /// Letters that may stand for a letter and a mark, or for another letter. A look-up finds them by that, because strings are
    /// equal then.
    static let composites: [String: Unicode.Scalar] = {
        var found: [String: Unicode.Scalar] = [:]
        for range in [0xC0...0x1FFF, 0x3040...0x30FF, 0x11000...0x11FFF] as [ClosedRange<UInt32>] {
            for value in range {
                guard let scalar = Unicode.Scalar(value) else { continue }
                let properties = scalar.properties
                guard properties.isAlphabetic, !properties.changesWhenNFKCCaseFolded,
                    !properties.isFullCompositionExclusion
                else { continue }
                found[String(scalar)] = scalar
            }
        }
        return found
    }()
}
