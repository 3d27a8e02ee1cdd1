import Logging
import SamotopCore
import ServiceLifecycle
import TransportSecurity

/// Four times a day, has policies fetched again that would run out, and forgets what is over.
struct KnownServersMaintenance: Service {
    static let pause = Duration.seconds(6 * 3_600)
    /// Seconds for which a domain is remembered that no mail went to or came from, and about which nobody decided anything.
    static let memory: Int64 = 400 * 86_400

    let peers: any PeerStore
    let policies: any MTASTSStore
    let logger: Logger
    private let discovery: MTASTSDiscovery
    private let checkpoint: @Sendable () async throws -> Void
    private let now: @Sendable () -> Int64
    private let uptime: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - checkpoint: leaves nothing of what was removed on the disk.
    ///   - now: seconds since 1970.
    ///   - uptime: by a clock that nobody sets.
    init(
        _ peers: any PeerStore, _ policies: any MTASTSStore, _ discovery: MTASTSDiscovery, _ logger: Logger,
        checkpoint: @escaping @Sendable () async throws -> Void,
        now: @escaping @Sendable () -> Int64 = { SystemClock().now().seconds },
        uptime: @escaping @Sendable () -> Duration = Self.sinceNow(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.peers = peers
        self.policies = policies
        self.logger = logger
        self.discovery = discovery
        self.checkpoint = checkpoint
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
    }

    func run() async throws { await cancelWhenGracefulShutdown { await self.keepLooking() } }

    /// Until the task is cancelled.
    func keepLooking() async {
        var schedule = ExpirySchedule(time: now(), uptime: uptime())
        var pause = ExpirySchedule.first
        while !Task.isCancelled {
            do { try await sleep(pause) } catch { return }
            pause = Self.pause
            // A clock that was wrong must not cost what the ratchet knows.
            if schedule.mayExpire(time: now(), uptime: uptime()) { await forget() }
            await refresh()
        }
    }

    private func forget() async {
        do {
            try await peers.expire(before: now() - Self.memory)
            // Those that only remember a try in vain count for so long.
            try await policies.expire(before: now() - MTASTSDiscovery.retryInterval)
            try await checkpoint()
        } catch {
            logger.error("what is over can't be forgotten of other servers", metadata: ["cause": "\(error)"])
        }
    }

    /// Of domains that mail goes to or comes from; it would go on for ever else.
    private func refresh() async {
        let peers = peers
        let refresh = MTASTSRefresh(
            discovery, policies, isWanted: { try await peers.record(of: $0) != nil }, now: now)
        do {
            let round = try await refresh.run()
            guard round.refreshed + round.failed > 0 else { return }
            logger.info(
                "MTA-STS policies were fetched again",
                metadata: ["fetched": "\(round.refreshed)", "in vain": "\(round.failed)"])
        } catch {
            logger.error("MTA-STS policies can't be fetched again", metadata: ["cause": "\(error)"])
        }
    }

    private static func sinceNow() -> @Sendable () -> Duration {
        let start = ContinuousClock.now
        return { start.duration(to: .now) }
    }
}
