/// The digests of a body, by what was wanted: a few.
struct BodyDigests: Sendable, Hashable {
    private struct Entry: Sendable, Hashable {
        let wanted: BodyHash
        let digest: [UInt8]
    }

    private var entries: [Entry] = []

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }
    /// What they were made for.
    var wanted: [BodyHash] { entries.map(\.wanted) }

    subscript(wanted: BodyHash) -> [UInt8]? { entries.first { $0.wanted == wanted }?.digest }

    mutating func add(_ hasher: BodyHasher) {
        entries.append(Entry(wanted: hasher.wanted, digest: hasher.finish()))
    }
}
