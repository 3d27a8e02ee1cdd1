public import SASL
import SamotopCore
import Synchronization

/// Checks passwords on a few threads of their own, so that no event loop waits and a flood of them costs bounded
/// memory.
public final class PasswordVerifier: Sendable {
    /// What came of a try.
    public enum Outcome: Sendable, Hashable {
        case right
        case wrong
        /// So many wait already that this one isn't looked at.
        case busy
    }

    private let threads: StorageThreads
    private let longestQueue: Int
    private let waiting = Mutex(0)
    private let decoy: PasswordHash?
    /// How often each derivation ran: what a try costs must not depend on whose it is.
    let derivations = Mutex((scrypt: 0, pbkdf2: 0))

    /// - Parameters:
    ///   - threads: how many are checked at a time; each takes 32 MiB meanwhile.
    ///   - longestQueue: how many may wait.
    ///   - cost: of the accounts' hashes, so that a name that doesn't exist takes as long.
    public init(threads: Int = 2, longestQueue: Int = 32, cost: PasswordHash.Cost = .standard) {
        self.threads = StorageThreads(count: threads, name: "passwords", niceness: 5)
        self.longestQueue = longestQueue
        decoy = PasswordHash(of: "nobody's", cost: cost)
    }

    /// Whether this is the password of the hash. Without a hash it takes as long, and is wrong.
    public func check(_ password: String, against hash: PasswordHash?) async -> Outcome {
        await run(password) { [self] password in matches(password, hash) }
    }

    /// Whether this is the account's password, or one of its app passwords. Whatever fails has run each derivation once: also for a
    /// name that doesn't exist, an account without a password, and one with many app passwords.
    ///
    /// - Parameter decoy: for accounts that have no parameters of their own.
    public func check(_ password: String, against secrets: AccountSecrets?, decoy: SCRAMParameters) async -> Outcome {
        await run(password) { [self] password in
            derivations.withLock { $0.pbkdf2 += 1 }
            let keys = SCRAMKeys(of: password, secrets?.parameters ?? decoy)
            let isKnown = keys.map { keys in (secrets?.keys ?? []).filter { $0.isSame(as: keys) } }?.isEmpty == false
            return isKnown || matches(password, secrets?.password)
        }
    }

    private func matches(_ password: String, _ hash: PasswordHash?) -> Bool {
        derivations.withLock { $0.scrypt += 1 }
        guard let hash else {
            _ = decoy?.matches(password)
            return false
        }
        return hash.matches(password)
    }

    private func run(_ password: String, _ matches: @escaping @Sendable (String) -> Bool) async -> Outcome {
        guard (1...PasswordHash.longestPassword).contains(password.utf8.count) else { return .wrong }
        let prepared = OpaqueString.prepare(password) ?? password
        let isAdmitted = waiting.withLock { count in
            guard count < longestQueue else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { return .busy }
        defer { waiting.withLock { $0 -= 1 } }
        let outcome = try? await threads.run { matches(prepared) }
        return outcome == true ? .right : .wrong
    }
}
