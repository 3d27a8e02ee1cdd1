import SamotopCore
import Synchronization

/// Tells the operator of each mailbox's trouble once an hour, however much mail comes.
final class SealingWarnings: Sendable {
    private static let pause: Int64 = 3_600
    private static let capacity = 10_000
    private let told = Mutex<[String: Int64]>([:])
    private let warn: @Sendable (String) -> Void

    init(_ warn: @escaping @Sendable (String) -> Void) { self.warn = warn }

    /// - Parameters:
    ///   - mailbox: only to know it again.
    ///   - words: what is told; names nobody.
    func tell(_ mailbox: String, _ words: String, _ now: Timestamp) {
        let isNew = told.withLock { told in
            if let last = told[mailbox], (0..<Self.pause).contains(now.seconds &- last) { return false }
            if told.count >= Self.capacity { told.removeAll() }
            told[mailbox] = now.seconds
            return true
        }
        if isNew { warn(words) }
    }
}
