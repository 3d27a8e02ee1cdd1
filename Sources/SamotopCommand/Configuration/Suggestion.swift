/// “Did you mean”: the known word nearest to an unknown one.
enum Suggestion {
    /// The nearest candidate, if it is near enough to be meant.
    static func nearest(to word: String, in candidates: [String]) -> String? {
        let scored = candidates.map { (distance(Array(word.utf8), Array($0.utf8)), $0) }
        guard let best = scored.min(by: { $0 < $1 }) else { return nil }
        return best.0 <= max(1, min(word.utf8.count, best.1.utf8.count) / 3) ? best.1 : nil
    }

    /// How many letters must be put in, taken out, changed or swapped with their neighbour.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
