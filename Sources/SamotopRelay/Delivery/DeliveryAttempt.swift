import SMTP
import SamotopClient
import SamotopCore
import SamotopQueue
import TransportSecurity

/// One attempt to deliver a message to recipients that go the same way: from server to server until each recipient has an outcome.
struct DeliveryAttempt {
    let relay: MailRelay
    let job: DeliveryJob
    let share: MailRelay.Share
    var content: OutgoingContent
    /// Places in the job of the recipients that have no outcome yet.
    var remaining: [Int]
    /// By the place in the job.
    private(set) var outcomes: [Int: RecipientOutcome] = [:]
    /// The TLS that the first recipient's message was sent inside.
    var tls: DeliveredTLS?
    private var failures: [HostFailure] = []
    /// Servers that the message was offered to.
    private var transactions = 0
    /// Whether a server took the message for somebody, or didn't say.
    var mayHaveArrived = false
    /// Whether any server was ready for a message.
    private var hasReached = false
    private let started: Int64

    init(_ relay: MailRelay, _ job: DeliveryJob, _ share: MailRelay.Share, _ content: OutgoingContent) {
        self.relay = relay
        self.job = job
        self.share = share
        self.content = content
        remaining = share.recipients
        started = relay.clock.now().seconds
    }

    var requiresTLS: Bool { job.message.parameters.requireTLS }

    /// Goes the way, then its fallback if no server could be reached; after that every recipient has an outcome.
    mutating func run() async {
        await take(share.route)
        if !remaining.isEmpty, !hasReached, !Task.isCancelled, let fallback = relay.routes.fallback(of: share.route) {
            await take(fallback)
        }
        settle(remaining, HostFailure.outcome(of: failures))
    }

    /// Gives recipients their outcome.
    mutating func settle(_ recipients: [Int], _ outcome: RecipientOutcome) {
        for recipient in recipients { outcomes[recipient] = outcome }
        remaining.removeAll { outcomes[$0] != nil }
    }

    /// Remembers why a server didn't take the message.
    mutating func fail(_ failure: HostFailure) {
        failures.append(failure)
        relay.observer?.observe(.failed(job.id, failure.failure))
    }

    private mutating func take(_ route: Route?) async {
        let routing: Routing
        if case .nextHops(let nextHops) = route?.way {
            routing = await relay.router.route(to: nextHops)
        } else {
            routing = await relay.router.route(to: share.domain)
        }
        relay.observer?.observe(.routed(job.id, routing))
        switch routing {
        case .refused(let reason):
            let failure = AttemptFailure(
                stage: .dns, status: reason.status(isFinal: true), words: reason.words, isHostWide: true)
            relay.observer?.observe(.failed(job.id, failure))
            settle(remaining, .refused(failure))
        case .postponed(let reason, let cause):
            if reason == .bogus { await relay.noteBogus(cause, share.domain, job.id) }
            fail(
                HostFailure(
                    failure: AttemptFailure(
                        stage: .dns, status: reason.status(isFinal: false), words: reason.words, isHostWide: true),
                    kind: .transient, preference: 0))
        case .hosts(let hosts):
            for host in hosts {
                guard isWorthTrying, await offer(to: host, route) else { return }
            }
        }
    }

    /// What to do when a server is done with.
    enum Next {
        /// Its next address.
        case endpoint
        /// The next server.
        case host
        /// Nothing more in this attempt.
        case end
    }

    private var isWorthTrying: Bool {
        !remaining.isEmpty && !Task.isCancelled && transactions < max(relay.settings.maximumTransactions, 1)
            && (0...max(relay.settings.searchTime, 0)).contains(relay.clock.now().seconds &- started)
    }

    /// - Returns: whether the next server may be tried.
    private mutating func offer(to host: MailHost, _ route: Route?) async -> Bool {
        let demand: SecurityDemand
        switch await relay.demand(host, share, route, requiresTLS: requiresTLS, for: job) {
        case .demand(let demanded): demand = demanded
        case .failure(let failure):
            fail(failure)
            return true
        case .hold(let reason):
            settle(remaining, .held(reason))
            return false
        }
        for endpoint in relay.unreachable.last(in: host.endpoints, at: relay.clock.now().seconds) {
            guard isWorthTrying else { return false }
            let target = MailRelay.Target(
                job: job.id, host: host, endpoint: endpoint, demand: demand, route: route, requiresTLS: requiresTLS)
            switch await offer(to: target) {
            case .endpoint: continue
            case .host: return true
            case .end: return false
            }
        }
        return true
    }

    /// Idle connections of one server that may turn out to be closed, before a new one is made.
    private static let maximumStaleConnections = 2

    private mutating func offer(to target: MailRelay.Target) async -> Next {
        var stale = 0
        while true {
            let connection: ServerConnection
            if stale < Self.maximumStaleConnections, let idle = relay.connections.take(target.key) {
                connection = idle
            } else {
                switch await relay.connect(target) {
                case .connection(let new):
                    relay.unreachable.forget(target.endpoint)
                    connection = new
                case .failure(let failure):
                    if failure.failure.stage == .connect {
                        relay.unreachable.note(target.endpoint, at: relay.clock.now().seconds)
                    }
                    fail(failure)
                    return .endpoint
                case .hold(let reason):
                    settle(remaining, .held(reason))
                    return .end
                }
            }
            relay.observer?.observe(
                .connected(
                    job.id, connection.remote, connection.tls, fingerprint: connection.fingerprint,
                    isReused: connection.isReused))
            hasReached = true
            let transacted = await transact(over: connection, target)
            // One that lasts has done what it is for: what changed is known now.
            if let permission = connection.permission, !permission.isLasting, !mayHaveArrived,
                let domain = share.domain.dnsName
            {
                await relay.giveBack(permission, domain, job.id)
            }
            switch transacted {
            case .next(let next):
                if next != .end { transactions += 1 }
                return next
            case .stale: stale += 1
            }
        }
    }
}
