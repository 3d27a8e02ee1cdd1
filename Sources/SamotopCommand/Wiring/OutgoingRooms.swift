import InternetMessage
import Logging
import NIOPosix
import NameResolution
import SMTP
import SamotopClient
import SamotopCore
import SamotopQueue
import SamotopRelay
import ServiceLifecycle
import TransportSecurity

#if Web
    import SamotopWeb
#endif

/// Everything about mail to other servers in a running server: the queue, and its way out.
struct OutgoingRooms: Sendable {
    let queue: QueueService
    let known: KnownServers
    private let routes: RouteTable
    private let handovers: Handovers
    private let networks: [IPNetwork]
    private let name: DomainName
    private let logger: Logger
    let signing: OutgoingSigning
    /// Who learns what becomes of mail.
    let outcomes: OutcomeTaps
    private let webhooks: WebhookRooms?
    private let suppression: SuppressionRooms?

    /// Whose mail that of clients in relay.from is.
    static let network = "network"

    /// - Parameters:
    ///   - bound: where our listeners are: no mail goes there.
    ///   - mailboxes: takes what the queue holds for mailboxes of ours.
    ///   - door: leads into the queue from then on.
    /// - Throws: ``StartFailure`` when the queue can't be opened, or a route names what isn't there.
    init(
        _ configuration: Configuration, resolver: any NameResolution.Resolver,
        bound: [(address: IPAddress, port: UInt16)], mailboxes: any DeliveryAgent, _ door: QueueDoor,
        _ handovers: Handovers, _ logger: Logger
    ) async throws {
        let settings = configuration.relay
        guard let name = DomainName(configuration.name) else {
            throw StartFailure(ExitStatus.configuration, [configuration.problem("name", "no domain name")])
        }
        let routes = try OutgoingRoutes(configuration).table
        let signing = try OutgoingSigning(configuration)
        let threads = StorageThreads(count: 4, name: "queue content")
        let folder = configuration.state + "/queue"
        let store: SegmentedQueueStore
        let key = try QueueKey.bytes(configuration)
        var stored = SegmentedQueueStoreSettings()
        if configuration.privacy.stores == .sealed {
            stored.forgetting = PrivacySettings.forgetting
            // They are written again each time.
            stored.rememberedMessages = 10_000
        }
        do {
            store = try await SegmentedQueueStore.open(
                folder, key: key, settings: stored, threads: threads,
                alarm: { logger.error("queue", metadata: ["cause": "\($0)"]) })
        } catch {
            throw StartFailure(ExitStatus.failure, ["samotop: \(folder): \(OneLine.escaped("\(error)", limit: 1_000))"])
        }
        let isTold = configuration.privacy.log == .told
        let known = try await KnownServers(configuration, resolver, key: key, logger)
        let loops = DeliveryLoops(MultiThreadedEventLoopGroup.singleton)
        let relay = MailRelay(
            settings: Self.relaySettings(configuration, name, bound), resolver: resolver, routes: routes,
            security: known.security, conversion: { try EightBitMessage.converted($0) },
            observer: isTold ? RelayLog(logger, settings: configuration.log) : nil, threads: threads,
            group: loops.group)
        suppression = try await SuppressionRooms(configuration, known, key: key, logger)
        webhooks = try WebhookRooms(configuration, known.poster, logger)
        let outcomes = OutcomeTaps(webhooks?.webhooks)
        let local = LocalTransport(
            mailboxes: signing.bounces(around: mailboxes),
            others: Self.holding(
                configuration.relay.queue.hold, around: suppression?.transport(around: relay) ?? relay), queue: door,
            destination: { routes.destination(for: $0.domain) })
        queue = QueueService(
            store: store, transport: handovers.transport(around: local, relay),
            notices: signing.notices(
                StatusNotifications(
                    host: name, threads: threads, destination: { routes.destination(for: $0.domain) })),
            settings: Self.queueSettings(settings.queue), executor: { loops.executor(of: $0) },
            outcomes: { outcomes.take($0) },
            observe: isTold ? QueueLog(logger, settings: configuration.log).observe : QueueLog.faults(logger)
        )
        door.open(to: queue)
        self.outcomes = outcomes
        self.known = known
        self.routes = routes
        self.handovers = handovers
        self.logger = logger
        networks = settings.from
        self.name = name
        self.signing = signing
    }

    /// Whose mail goes out: clients in the networks that the configuration names.
    var rule: RelayRule {
        let networks = networks
        return RelayRule(submitter: { session in
            guard networks.contains(where: { $0.contains(session.client) }) else { return nil }
            return Submitter(.local, name: Self.network)
        })
    }

    /// The mailboxes, with the queue in front of those whose mail is handed to something else.
    var handing: HandingOver {
        handovers.handing(queue: queue, forwarding: ForwardedSenders(signing.rewriting, name: name))
    }

    /// The mailboxes, with the queue beside them.
    var delivery: any BatchDeliveryAgent {
        let routes = routes
        return QueuedDelivery(
            around: handing, queue: queue, forwarding: ForwardedSenders(signing.rewriting, name: name),
            destination: { routes.destination(for: $0.domain) })
    }

    #if Web
        /// What the pages of administrators work with.
        var desk: SendingDesk {
            SendingDesk(
                queue: queue, peers: PeerDesk(peers: known.peers, queue: queue), recent: outcomes.recent,
                suppression: suppression.map {
                    SendingDesk.Suppression(
                        store: $0.store, lifetime: $0.lifetime, network: Submitter(.local, name: Self.network))
                })
        }
    #endif

    /// Counts for TLS reports; nil: nothing is counted.
    var tlsCounts: (any TLSReportStore)? { known.counts }

    /// Where mail for an address goes.
    func destination(for address: Mailbox) -> QueueDestination { routes.destination(for: address.domain) }

    /// What runs beside the server.
    var services: [any Service] {
        [QueueRunner(queue: queue)] + (webhooks.map { [$0.service] } ?? []) + (suppression.map { [$0.service] } ?? [])
            + known.services
    }

    /// What the control socket answers.
    var answers: [String: ControlSocket.Answer] {
        let (desk, signatures) = (
            QueueDesk(queue: queue, recent: outcomes.recent, suppression: suppression),
            SignatureDesk(peers: known.peers, queue: queue)
        )
        return ["queue": { try await desk.answer($0) }, "signatures": { try await signatures.answer($0) }]
    }

    private static func holding(
        _ rules: [HoldRule], around transport: any OutboundTransport
    ) -> any OutboundTransport {
        rules.isEmpty ? transport : HoldingTransport(around: transport, rules: rules, asciiDomain: ASCIIDomain.convert)
    }

    private static func queueSettings(_ limits: OutgoingSettings.QueueLimits) -> QueueSettings {
        var settings = QueueSettings()
        settings.lifetime = limits.lifetime
        settings.delayWarning = limits.warnAfter
        if !limits.retry.isEmpty { settings.retry = RetrySchedule(limits.retry) }
        settings.maximumJobs = limits.deliveries
        settings.destination.maximumJobs = limits.deliveriesPerDestination
        for (name, written) in limits.destinations {
            settings.destinations[QueueDestination(name: name)] = written.limits(settings.destination)
        }
        return settings
    }

    private static func relaySettings(
        _ configuration: Configuration, _ name: DomainName, _ bound: [(address: IPAddress, port: UInt16)]
    ) -> RelaySettings {
        let written = configuration.relay
        var settings = RelaySettings(hello: .name(written.hello.flatMap { DomainName($0) } ?? name))
        settings.ownNames = Set([configuration.name].compactMap { DNSName($0) })
        settings.addresses = AddressRule(written, bound: bound, interfaces: HostAddresses.ofInterfaces())
        settings.port = written.port
        settings.minimumSecurity =
            switch written.security {
            case .opportunistic: .plaintext
            case .encrypted: .encrypted
            case .verified: .authenticated
            }
        return settings
    }

    /// Nothing is asked of the stores any more.
    func close() async throws { try await known.close() }
}

/// Runs the queue for as long as the server runs.
private struct QueueRunner: Service {
    let queue: QueueService

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await queue.run()
        } onGracefulShutdown: {
            Task { await queue.stop() }
        }
    }
}
