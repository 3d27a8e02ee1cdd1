import Synchronization

/// Keeps keys that were read from their records, by the records' octets: reading one costs a third of verifying with it, and
/// what libcrypto prepares for a key is used again.
///
/// Whether a record is published is asked each time; this only knows what it says.
public final class DKIMKeyCache: Sendable {
    private let capacity: Int
    private let keys = Mutex<[[UInt8]: DKIMKey]>([:])

    /// - Parameter capacity: keys at most; when there are so many, all are forgotten.
    public init(capacity: Int = 1_000) { self.capacity = max(1, capacity) }

    /// The key that a record says.
    func key(_ record: [UInt8]) throws(DKIMKey.Failure) -> DKIMKey {
        if let known = keys.withLock({ $0[record] }) { return known }
        let key = try DKIMKey(record)
        keys.withLock { keys in
            if keys.count >= capacity { keys.removeAll(keepingCapacity: true) }
            keys[record] = key
        }
        return key
    }
}
