public import NameResolution

/// Fetches policies again while they hold (RFC 8461 §10.2). Else one with the same `id` would run out after all, and whoever stops HTTPS
/// then, for as long as it takes to send a message, would be rid of it.
///
/// A round is bounded in number, and few are fetched at a time. What can't be fetched holds on until it runs out.
public struct MTASTSRefresh: Sendable {
    /// What became of a round.
    public struct Round: Sendable, Hashable {
        /// Policies that hold for their whole time again.
        public internal(set) var refreshed = 0
        /// Policies that could not be fetched, or not be read from the store.
        public internal(set) var failed = 0
    }

    /// Seconds for which a policy isn't fetched again: with a round every six hours it is fetched about once a day. One that holds for no
    /// longer than that may run out in between.
    public var age: Int64 = 18 * 3_600
    /// Policies that a round fetches at most.
    public var maximumFetches = 2_500
    /// Policies that are fetched at a time.
    public var maximumAtOnce = 8
    /// Domains that a round chooses from.
    public var maximumDue = 25_000

    private let discovery: MTASTSDiscovery
    private let store: any MTASTSStore
    private let isWanted: @Sendable (DNSName) async throws -> Bool
    private let now: @Sendable () -> Int64

    /// Rounds over a store.
    ///
    /// - Parameters:
    ///   - store: the discovery's own.
    ///   - isWanted: whether there is anything to do with a domain still; the policies of others run out.
    ///   - now: seconds since 1970.
    public init(
        _ discovery: MTASTSDiscovery, _ store: any MTASTSStore,
        isWanted: @escaping @Sendable (DNSName) async throws -> Bool, now: @escaping @Sendable () -> Int64
    ) {
        self.discovery = discovery
        self.store = store
        self.isWanted = isWanted
        self.now = now
    }

    /// One round; shorter when the task is cancelled.
    ///
    /// - Throws: what the store throws when it can't be asked at all.
    public func run() async throws -> Round {
        // As chance will: were it the oldest, those whose servers are away would take the places of all others.
        var due = try await store.domains(fetchedBefore: now() - age, limit: maximumDue).shuffled()[...]
        return await withTaskGroup(of: Outcome.self) { group in
            var (round, running) = (Round(), 0)
            while true {
                while running < maximumAtOnce, round.refreshed + round.failed + running < maximumFetches,
                    !Task.isCancelled, let domain = due.popFirst()
                {
                    group.addTask { await fetch(domain) }
                    running += 1
                }
                guard let outcome = await group.next() else { return round }
                running -= 1
                switch outcome {
                case .refreshed: round.refreshed += 1
                case .failed: round.failed += 1
                case .passed: break
                }
            }
        }
    }

    private enum Outcome: Sendable {
        case refreshed
        case failed
        case passed
    }

    private func fetch(_ domain: DNSName) async -> Outcome {
        do {
            // `mode: none` protects nobody: it may run out.
            guard let policy = try await store.policy(of: domain)?.policy, policy.mode != .none,
                try await isWanted(domain)
            else { return .passed }
            return try await discovery.refresh(domain, now: now()).reason == .fetched ? .refreshed : .failed
        } catch { return .failed }
    }
}
