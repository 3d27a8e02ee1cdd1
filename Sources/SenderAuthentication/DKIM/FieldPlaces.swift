import InternetMessage

/// Where the fields of each name stand in a header section.
///
/// The fields are sorted by their names, those of one name from top to bottom: no name is copied, and none is hashed.
struct FieldPlaces: Sendable {
    /// The fields of one name.
    private struct Run {
        let key: FieldNameKey
        /// In ``places``.
        let range: Range<Int>
    }

    private struct Entry {
        let key: FieldNameKey
        let place: Int
    }

    private let fields: [HeaderField]
    private var runs: [Run] = []
    private let places: [Int]

    init(_ fields: [HeaderField]) {
        self.fields = fields
        var entries: [Entry] = []
        entries.reserveCapacity(fields.count)
        for place in fields.indices { entries.append(Entry(key: FieldNameKey(fields[place].nameOctets), place: place)) }
        entries.sort { a, b in
            if a.key != b.key { return a.key < b.key }
            if !a.key.isWhole {
                let order = Self.order(fields[a.place].nameOctets, fields[b.place].nameOctets)
                if order != 0 { return order < 0 }
            }
            return a.place < b.place
        }
        places = entries.map(\.place)
        runs.reserveCapacity(entries.count)
        var start = 0
        while start < entries.count {
            var end = start + 1
            while end < entries.count, entries[end].key == entries[start].key,
                isNamed(entries[end].place, fields[entries[start].place].nameOctets, entries[start].key)
            { end += 1 }
            runs.append(Run(key: entries[start].key, range: start..<end))
            start = end
        }
    }

    /// Names that occur.
    var nameCount: Int { runs.count }

    /// The number of a name, ASCII case ignored; nil when no field has it.
    func number(of name: some Collection<UInt8>) -> Int? {
        let key = FieldNameKey(name)
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if precedes(runs[middle], key, name) { low = middle + 1 } else { high = middle }
        }
        guard low < runs.count, runs[low].key == key, isNamed(places[runs[low].range.lowerBound], name, key) else {
            return nil
        }
        return low
    }

    /// The places of the fields of a name, from top to bottom.
    subscript(number: Int) -> ArraySlice<Int> { places[runs[number].range] }

    /// The places of the fields of this name, ASCII case ignored, from top to bottom.
    func places(of name: [UInt8]) -> ArraySlice<Int> { number(of: name).map { self[$0] } ?? [] }

    private func precedes(_ run: Run, _ key: FieldNameKey, _ name: some Collection<UInt8>) -> Bool {
        if run.key != key { return run.key < key }
        return !key.isWhole && Self.order(fields[places[run.range.lowerBound]].nameOctets, name) < 0
    }

    /// Whether the field at a place, the name of which has this key, has this name.
    private func isNamed(_ place: Int, _ name: some Collection<UInt8>, _ key: FieldNameKey) -> Bool {
        key.isWhole || equalIgnoringASCIICase(fields[place].nameOctets, name)
    }

    /// Below, at or above 0 as names in lower case are ordered; of two that differ in length the shorter is first.
    private static func order(_ a: ArraySlice<UInt8>, _ b: some Collection<UInt8>) -> Int {
        guard a.count == b.count else { return a.count - b.count }
        for (own, other) in zip(a, b) where own != other {
            let difference = Int(own.lowercasedASCII) - Int(other.lowercasedASCII)
            if difference != 0 { return difference }
        }
        return 0
    }
}
