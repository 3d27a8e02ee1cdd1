import Crypto
public import SMTP
import Synchronization

/// Acquaintances that are forgotten at the end of the process. Only hashes of the addresses are kept.
public final class MemoryAcquaintances: Acquaintances {
    private let known = Mutex<Set<SHA256Digest>>([])
    private let maximum: Int

    /// - Parameter maximum: how many are remembered; beyond it all are forgotten, and are strangers once more.
    public init(maximum: Int = 200_000) { self.maximum = maximum }

    public func strangers(among recipients: [Mailbox], of account: String) async throws -> Int {
        let keys = Set(recipients.map { Self.key($0, account) })
        return known.withLock { keys.subtracting($0).count }
    }

    public func write(to recipients: [Mailbox], from account: String) async throws {
        known.withLock { known in
            if known.count + recipients.count > maximum { known = [] }
            known.formUnion(recipients.map { Self.key($0, account) })
        }
    }

    private static func key(_ mailbox: Mailbox, _ account: String) -> SHA256Digest {
        let address = mailbox.bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return SHA256.hash(data: Array(account.utf8) + [0] + address)
    }
}
