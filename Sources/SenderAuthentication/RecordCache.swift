import Synchronization

/// Keeps what records of the DNS were read as, by the records' octets: the same few come with every message of a sender.
///
/// Whether a record is published is asked each time; this only knows what it says.
final class RecordCache<Record: Sendable>: Sendable {
    /// Octets of a record that is kept, at most: an RSA key of 4,096 bits has 750.
    static var maximumOctets: Int { 1_024 }

    /// An array hashes its octets one by one, which takes ten times as long.
    private struct Key: Hashable {
        let octets: [UInt8]

        func hash(into hasher: inout Hasher) { octets.withUnsafeBytes { hasher.combine(bytes: $0) } }
    }

    private let capacity: Int
    private let records = Mutex<[Key: Record]>([:])

    /// - Parameter capacity: records at most; when there are so many, all are forgotten.
    init(capacity: Int = 1_000) { self.capacity = max(1, capacity) }

    /// How many are kept.
    var count: Int { records.withLock { $0.count } }

    /// What the octets say: as it is kept, or else as `read` finds it. What it throws isn't kept.
    func record<Failure>(
        _ octets: [UInt8], read: ([UInt8]) throws(Failure) -> Record
    ) throws(Failure) -> Record {
        let key = Key(octets: octets)
        if let known = records.withLock({ $0[key] }) { return known }
        let record = try read(octets)
        guard octets.count <= Self.maximumOctets else { return record }
        records.withLock { records in
            if records.count >= capacity { records.removeAll(keepingCapacity: true) }
            records[key] = record
        }
        return record
    }
}
