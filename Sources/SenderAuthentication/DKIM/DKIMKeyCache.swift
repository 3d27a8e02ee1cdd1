/// Keeps keys that were read from their records, by the records' octets: reading one costs a third of verifying with it, and
/// what libcrypto prepares for a key is used again.
///
/// Whether a record is published is asked each time; this only knows what it says.
public final class DKIMKeyCache: Sendable {
    private let keys: RecordCache<DKIMKey>

    /// - Parameter capacity: keys at most; when there are so many, all are forgotten.
    public init(capacity: Int = 1_000) { keys = RecordCache(capacity: capacity) }

    /// The key that a record says.
    func key(_ record: [UInt8]) throws(DKIMKey.Failure) -> DKIMKey {
        try keys.record(record) { octets throws(DKIMKey.Failure) in try DKIMKey(octets) }
    }
}
