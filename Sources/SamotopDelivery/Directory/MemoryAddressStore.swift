import SMTP
import Synchronization

/// Addresses in memory.
public final class MemoryAddressStore: AddressStore {
    private let kept: Mutex<AddressTable>
    private let maximum: Int

    /// - Parameter maximum: rows at most.
    public init(_ rows: [AddressRow] = [], maximum: Int = 1_000) {
        kept = Mutex(AddressTable(rows: rows.sorted(by: Self.isBefore)))
        self.maximum = maximum
    }

    public func table() async throws -> AddressTable { kept.withLock { $0 } }

    public func revision() async throws -> Int64 { kept.withLock { $0.revision } }

    public func rows(containing text: String, offset: Int, limit: Int) async throws -> [AddressRow] {
        let text = text.lowercased()
        let found = kept.withLock { $0.rows }.filter { text.isEmpty || DirectoryError.text($0.address).contains(text) }
        return Array(found.dropFirst(offset).prefix(limit))
    }

    public func edit(_ edits: [AddressEdit], check: @escaping @Sendable ([AddressRow]) throws -> Void) async throws {
        try kept.withLock { kept in
            var rows = kept.rows
            for edit in edits {
                switch edit {
                case .add(let row):
                    guard !rows.contains(where: { $0.address == row.address }) else {
                        throw AddressEditError.taken(row.address)
                    }
                    guard rows.count < maximum else { throw AddressEditError.full(maximum) }
                    rows.append(row)
                case .remove(let address):
                    let name = AddressRow.lowered(address)
                    guard let index = rows.firstIndex(where: { $0.address == name }) else {
                        throw AddressEditError.missing(address)
                    }
                    rows.remove(at: index)
                }
            }
            rows.sort(by: Self.isBefore)
            try check(rows)
            kept = AddressTable(rows: rows, revision: kept.revision &+ 1)
        }
    }

    private static func isBefore(_ one: AddressRow, _ other: AddressRow) -> Bool {
        let (left, right) = (one.address, other.address)
        if left.domain != right.domain { return left.domain.bytes.lexicographicallyPrecedes(right.domain.bytes) }
        return left.localPart.content.lexicographicallyPrecedes(right.localPart.content)
    }
}
