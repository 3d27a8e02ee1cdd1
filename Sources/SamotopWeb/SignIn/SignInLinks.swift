#if Web
    public import SamotopCore
    import Crypto
    import Synchronization

    /// Sign-in links: each works once, for some minutes. Whoever runs the server makes them for people without a
    /// password.
    public final class SignInLinks: Sendable {
        private struct Link {
            let account: String
            let expires: Timestamp
        }

        private let lifetime: Int
        private let maximum: Int
        private let clock: any WallClock
        private let links = Mutex<[SHA256Digest: Link]>([:])

        /// - Parameters:
        ///   - lifetime: seconds.
        ///   - maximum: links that are open at a time; the oldest go first.
        public init(lifetime: Int = 600, maximum: Int = 1000, clock: any WallClock = SystemClock()) {
            self.lifetime = lifetime
            self.maximum = max(1, maximum)
            self.clock = clock
        }

        /// A new link's path for the account: `/link/TOKEN`. What stands before it is the base URL.
        public func path(for account: String) -> String {
            let token = SecretToken.random()
            let now = clock.now()
            links.withLock { links in
                links = links.filter { $0.value.expires > now }
                if links.count >= maximum, let oldest = links.min(by: { $0.value.expires < $1.value.expires }) {
                    links[oldest.key] = nil
                }
                links[token.digest] = Link(account: account, expires: now.adding(seconds: Int64(lifetime)))
            }
            return "/link/\(token.text)"
        }

        /// Uses a link up: the account's name, once.
        func redeem(_ token: SecretToken) -> String? {
            let now = clock.now()
            let link = links.withLock { $0.removeValue(forKey: token.digest) }
            return link.flatMap { $0.expires > now ? $0.account : nil }
        }

        /// Whether a link would work now; changes nothing.
        func isOpen(_ token: SecretToken) -> Bool {
            let now = clock.now()
            return links.withLock { $0[token.digest].map { $0.expires > now } ?? false }
        }
    }
#endif
