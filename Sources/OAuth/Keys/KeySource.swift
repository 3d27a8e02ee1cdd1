/// An issuer's keys, fetched when they are needed and kept for a while.
///
/// Whoever sends tokens chooses the names of keys in them: a name that isn't known has the keys fetched again, but not more often than
/// ``Settings/pause`` says. When they can't be fetched the old ones count on, for a bounded time.
public actor KeySource {
    /// Seconds.
    public struct Settings: Sendable, Hashable {
        /// Keys older than this are fetched again before they are used.
        public var freshness: Int64 = 3_600
        /// Between two fetches, whatever names tokens have.
        public var pause: Int64 = 300
        /// Between two fetches when the last one failed.
        public var pauseAfterFailure: Int64 = 30
        /// Keys older than this don't count any more, whether there are others or not.
        public var longestUse: Int64 = 86_400

        /// The defaults.
        public init() {}
    }

    private let settings: Settings
    private let now: @Sendable () -> Int64
    private let fetch: @Sendable () async throws -> [UInt8]
    private var known: (set: JSONWebKeySet, at: Int64)?
    private var lastTry: (at: Int64, failed: Bool)?
    private var running: Task<Void, Never>?

    /// Fetches nothing yet.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - fetch: brings the set in JSON (RFC 7517 §5), within a time and a length.
    public init(
        settings: Settings = Settings(), now: @escaping @Sendable () -> Int64,
        fetch: @escaping @Sendable () async throws -> [UInt8]
    ) {
        self.settings = settings
        self.now = now
        self.fetch = fetch
    }

    /// The keys that may have signed so; never none.
    func candidates(_ identifier: String?, _ algorithm: SignatureAlgorithm) async throws(TokenFault) -> [JSONWebKey] {
        if !isFresh || found(identifier, algorithm).isEmpty { await refresh() }
        guard let known, now() - known.at < settings.longestUse else { throw .unavailable }
        let found = found(identifier, algorithm)
        // Whether the issuer has such a key can't be said while it can't be asked: that is no fault of the token's.
        guard !found.isEmpty else { throw lastTry?.failed == true ? .unavailable : .unknownKey }
        return found
    }

    private func found(_ identifier: String?, _ algorithm: SignatureAlgorithm) -> [JSONWebKey] {
        known?.set.candidates(identifier, algorithm) ?? []
    }

    /// A clock that was put back makes nothing fresh.
    private var isFresh: Bool {
        guard let known else { return false }
        return (0..<settings.freshness).contains(now() - known.at)
    }

    private func refresh() async {
        if let running { return await running.value }
        let moment = now()
        if let lastTry {
            let pause = lastTry.failed ? settings.pauseAfterFailure : settings.pause
            guard !(0..<pause).contains(moment - lastTry.at) else { return }
        }
        lastTry = (moment, true)
        let task = Task {
            if let octets = try? await fetch(), let set = JSONWebKeySet(json: octets) {
                known = (set, moment)
                lastTry = (moment, false)
            }
            running = nil
        }
        running = task
        await task.value
    }
}
