#if Web
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
            guard (1...PasswordHash.longestPassword).contains(password.utf8.count) else { return .wrong }
            let isAdmitted = waiting.withLock { count in
                guard count < longestQueue else { return false }
                count += 1
                return true
            }
            guard isAdmitted else { return .busy }
            defer { waiting.withLock { $0 -= 1 } }
            let decoy = decoy
            let matches = try? await threads.run {
                guard let hash else {
                    _ = decoy?.matches(password)
                    return false
                }
                return hash.matches(password)
            }
            return matches == true ? .right : .wrong
        }
    }
#endif
