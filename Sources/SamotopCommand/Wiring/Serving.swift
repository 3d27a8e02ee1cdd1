#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Foundation
import Logging
import SMTP
import SamotopAccounts
import SamotopContacts
import SamotopCore
import SamotopDelivery
import SamotopJournal
import SamotopQueue
import SamotopServer
import ServiceLifecycle
import Synchronization
import UnixSignals

/// A running server: everything between a configuration and the last session's end.
struct Serving: Sendable {
    let configuration: Configuration
    var environment = ProcessInfo.processInfo.environment
    /// Serve with root's rights when no user is configured.
    var asRoot = false
    var observers: [any SessionObserver] = []
    /// Put around the mailboxes.
    var around: @Sendable (any BatchDeliveryAgent) -> any BatchDeliveryAgent = { $0 }
    /// Reads the configuration again, at SIGHUP.
    var reread: (@Sendable () throws(StartFailure) -> Configuration)?
    /// How long a link to sign in at the pages works.
    var linkSeconds = 600
    /// Told when all listeners listen; `link` makes a link that signs an account in, where there are pages.
    var onReady: @Sendable (_ link: ((String) -> String)?) -> Void = { _ in }

    /// Serves until a signal ends it. To be called on the process's first thread, before there are others.
    func run() throws {
        if let reason = Hardening.predictableHashing(in: environment) {
            throw StartFailure(ExitStatus.configuration, ["samotop: \(reason)"])
        }
        Hardening.apply(environment: environment)
        let account = try chooseAccount()
        try lockMemory(keepsRights: account == nil)
        let inspection = Inspection(configuration)
        let problems = InvalidConfiguration(inspection.certificates() + inspection.folders() + inspection.commands())
            .problems
        guard problems.isEmpty else { throw StartFailure(ExitStatus.configuration, problems) }
        let lock = try StateFolder.open(configuration, for: account)
        if configuration.tls.acme != nil { try prepareCertificate() }
        let identities = try MailServiceFactory.identities(configuration)
        SignalLoop.hold()
        let sockets = try OpenListeners(configuration, inherited: InheritedSockets(environment: environment))
        try AuthSocketOwner.give(configuration, to: account)
        try giveUpRights(account, sockets)
        try withExtendedLifetime(lock) {
            try Blocking.run { try await serve(sockets, identities) }
        }
    }

    /// The key that journal, queue and stores need: made where something is to be sealed, read where something may be.
    private func instanceKey() throws(StartFailure) -> [UInt8]? {
        configuration.privacy.stores == .sealed
            ? try QueueKey.bytes(configuration) : try QueueKey.existing(configuration)
    }

    /// No page of ours goes to swap, or there is none to go to.
    private func lockMemory(keepsRights: Bool) throws(StartFailure) {
        guard configuration.privacy.memory == .locked, !Hardening.lockMemory(keepsRights: keepsRights),
            Hardening.hasSwap()
        else { return }
        throw StartFailure(
            ExitStatus.configuration,
            [
                configuration.problem(
                    "privacy",
                    """
                    memory can't be locked, and this machine swaps; start samotop with LimitMEMLOCK=infinity in the systemd unit (or the \
                    capability CAP_IPC_LOCK, or as root), or turn the swap off, or write privacy.memory: swappable
                    """)
            ])
    }

    private func serve(_ sockets: OpenListeners, _ identities: [String: TLSIdentities]) async throws {
        try ReadableRemains.refuse(configuration)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        let settings = configuration.log
        let output = QueuedOutput()
        let logger = Logger(label: "samotop") { LineLogHandler(label: $0, settings: settings, output: output) }
        let notifier = ServiceNotifier(environment: environment)
        let registry = PrometheusRegistry()
        let isReady = Atomic(false)
        let threads = StorageThreads()
        let mailboxes = try await Self.mailboxes(configuration, threads, threads)
        let lookup = try SenderLookup(configuration, logger)
        let agent = SwitchingAgent(mailboxes, around: around)
        let directory = DirectoryRooms(configuration, agent, logger)
        let encryption = try EncryptionRooms(configuration, logger)
        let (door, handovers) = (QueueDoor(), Handovers(configuration, agent, logger))
        let handing = handovers.handing(queue: door)
        let inbound: any DeliveryAgent = encryption?.sealing(handing as any BatchDeliveryAgent) ?? handing
        let outgoing = try await Self.outgoing(
            configuration, lookup, sockets,
            configuration.contacts.isOn
                ? PassAddresses(around: inbound) { agent.directory.isUnclaimed($0) } : inbound, door, handovers, logger)
        try await agent.sweep()
        let journaled = try JournaledDelivery(
            outgoing?.delivery ?? agent, in: configuration.state + "/journal",
            settings: MailServiceFactory.journal(configuration.limits, configuration.privacy, key: try instanceKey())
        ) { alarm in logger.error("accepted, not yet delivered", metadata: ["cause": "\(alarm)"]) }
        // No answer tells which names there are where their owner is asked about each.
        let hidesName: @Sendable (Mailbox) -> Bool = { agent.directory.asksAboutNames(inDomainOf: $0) }
        let contacts =
            configuration.contacts.isOn
            ? try await ContactRooms(
                configuration, mailboxes, encryption, logger, isNewName: { agent.directory.asksAboutName(of: $0) },
                hidesName: hidesName)
            : nil
        if let contacts { outgoing?.outcomes.write(to: contacts.auditing) }
        let keys = outgoing.map { SeenKeys($0.known.peers) }
        let reports = try await ReportRooms(configuration, lookup?.resolver, outgoing, logger)
        let book = AccountBook(configuration, mailboxes.directory)
        // Whoever guesses at one way in is counted at the others, too.
        let limiter = MemorySignInLimiter(limits: configuration.submission.tries)
        let pages = try Pages(
            configuration, contacts, outgoing, encryption, book, directory, limiter: limiter, logger,
            linkSeconds: linkSeconds)
        let submission = try SubmissionRooms(
            configuration, book, contacts, limiter: limiter, resolver: lookup?.resolver, logger)
        let learned = LearnedKeys(configuration, encryption, book, logger) { agent.directory }
        let sealed: any DeliveryAgent = encryption?.sealing(journaled, hidesName: hidesName) ?? journaled
        let agentOfAll: any DeliveryAgent =
            contacts == nil ? sealed : PassAddresses(around: sealed) { agent.directory.isUnclaimed($0) }
        let quotas = KeepingQuotas(of: { agent.mailboxes }, hidingNames: hidesName)
        let signing = outgoing?.signing
        let delivery = signing?.bounces(around: agentOfAll) ?? agentOfAll
        let mail = try MailService(
            configuration.name, spool: try MailServiceFactory.spool(configuration),
            delivering: learned?.delivery(around: delivery) ?? delivery,
            limits: MailServiceFactory.limits(configuration.limits),
            tracePrivacy: MailServiceFactory.tracePrivacy(configuration.trace),
            identifierTime: configuration.privacy.maildir == .coarse ? .day : nil, relaying: outgoing?.rule ?? .none,
            signers: lookup.flatMap { signing?.signers(configuration, resolver: $0.resolver) } ?? [],
            submission: submission?.rules,
            observers: (configuration.privacy.log == .told ? [SessionLog(logger, settings: settings)] : [])
                + [SessionMetrics(registry)]
                + (contacts.map { [$0.auditing] } ?? []) + observers
        ) {
            (submission?.guards ?? []) + (learned.map { [$0.learning] } ?? []) + (signing?.guards ?? [])
                + [quotas]
                + MailServiceFactory.guards(
                    configuration, resolver: lookup?.resolver, contacts, reports, keys: keys)
                + [quotas.forHiddenNames]
        }
        mail.remember(journaled.recent) { journaled.start() }

        let timeouts = MailServiceFactory.timeouts(configuration.timeouts)
        let listeners = sockets.mail.map {
            MailServiceFactory.listener(
                $0.settings, on: $0.socket, identities, timeouts, certificates: submission?.certificates)
        }
        let onReady = onReady
        let open = sockets.mail.map(\.socket)
        let server = SMTPServer(
            mail, on: listeners, limits: MailServiceFactory.connectionLimits(configuration.limits),
            grace: configuration.timeouts.shutdown, logger: logger
        ) { _ in
            isReady.store(true, ordering: .relaxed)
            notifier.ready()
            logger.notice("serving", metadata: ["listen": "\(open.map { "\($0.address)" }.joined(separator: " "))"])
            onReady(pages.link)
        }
        let acme = try ACMERooms(
            configuration, on: sockets.challenges, lookup?.resolver, Array(identities.values), logger)
        let policy = try PolicyServing(
            configuration, mailboxes.directory, on: sockets.policy, identities[MailServiceFactory.https], encryption,
            acme?.challenges)
        var services: [any Service] = [server, DailySweep(agent: agent, logger: logger), directory]
        let current = Mutex(configuration)
        services.append(
            MessageRetention(agent: agent, file: ExpiryDaysFile(configuration), logger: logger) {
                current.withLock { $0 }.expireDays
            })
        if let outgoing {
            services.append(HandedInboxes(agent: agent, delivery: outgoing.handing, logger: logger))
        }
        if let policy { services.append(policy) }
        if let socket = sockets.authentication, let rules = submission?.rules {
            services.append(try await AuthSocketServing(on: socket, rules.authenticator))
        }
        if let watch = lookup?.watch { services.append(watch) }
        if let signing, let resolver = lookup?.resolver,
            let watch = KeyWatch(signing.keys, signing.sightings, resolver, logger)
        {
            services.append(watch)
        }
        services +=
            (contacts?.services ?? []) + pages.services + (outgoing?.services ?? [])
            + (reports?.services ?? []) + (acme?.services ?? [])
        let answers = pages.answers.merging(outgoing?.answers ?? [:]) { $1 }
            .merging(reports?.answers ?? [:]) { $1 }.merging(acme?.answers ?? [:]) { $1 }
        if !answers.isEmpty {
            services.append(try await ControlSocket(path: configuration.controlSocket, answers: answers))
        }
        if let socket = sockets.metrics {
            services.append(
                try await MetricsEndpoint(on: socket, registry: registry) { isReady.load(ordering: .relaxed) })
        }
        let reload = Reload(
            serving: configuration, identities: Array(identities.values), agent: agent, threads: threads,
            reread: reread, logger: logger, notifier: notifier
        ) { configuration, mailboxes in
            current.withLock { $0 = configuration }
            contacts?.change(to: mailboxes)
            book.change(to: configuration, mailboxes.directory)
            policy?.change(to: configuration, mailboxes.directory)
            learned?.change(to: configuration)
        }
        directory.connect(reload)
        try await SignalLoop.run(services, logger, on: signals) { signal in
            switch signal {
            case .reload: await reload.run()
            case .stop:
                isReady.store(false, ordering: .relaxed)
                notifier.stopping()
                logger.notice("stopping: waiting for transactions to end; a second signal ends them at once")
            }
        }
        await journaled.drain()
        try await contacts?.stores.close()
        try await outgoing?.close()
        try await reports?.close()
        try await directory.close()
        logger.notice("stopped")
        await output.flush()
    }

    /// The queue and its way out, when mail goes out at all.
    private static func outgoing(
        _ configuration: Configuration, _ lookup: SenderLookup?, _ sockets: OpenListeners,
        _ mailboxes: any DeliveryAgent, _ door: QueueDoor, _ handovers: Handovers, _ logger: Logger
    ) async throws -> OutgoingRooms? {
        guard configuration.relay.isOn, let lookup else { return nil }
        return try await OutgoingRooms(
            configuration, resolver: lookup.resolver, bound: sockets.bound, mailboxes: mailboxes, door, handovers,
            logger)
    }

    /// The Maildirs, made where they are missing.
    ///
    /// - Parameter builder: where the directory is built.
    static func mailboxes(
        _ configuration: Configuration, _ threads: StorageThreads, _ builder: StorageThreads
    ) async throws -> Mailboxes {
        let mailboxes = try await builder.run { try MailboxesFactory.mailboxes(configuration, threads: threads) }
        do {
            try await mailboxes.prepare()
        } catch {
            throw StartFailure(ExitStatus.configuration, ["samotop: \(OneLine.escaped("\(error)", limit: 1000))"])
        }
        return mailboxes
    }

    /// Something to serve with until an authority has issued a certificate.
    ///
    /// Root has no rights of its own below the state folder: its owner may have put a link there.
    private func prepareCertificate() throws {
        do {
            try StateOwner.acting(for: configuration.state) {
                try configuration.certificateFolder.prepare(names: configuration.acmeNames)
            }
        } catch {
            throw StartFailure(ExitStatus.failure, ["samotop: \(OneLine.escaped("\(error)", limit: 1000))"])
        }
    }

    /// Whom to become; nil: nobody else.
    private func chooseAccount() throws(StartFailure) -> Account? {
        func refuse(_ key: String, _ message: String) -> StartFailure {
            StartFailure(ExitStatus.configuration, [configuration.problem(key, message)])
        }
        switch Account.find(configuration.account) {
        case .failure(let unknown): throw refuse(unknown.key, unknown.message)
        case .success(nil) where geteuid() == 0 && !asRoot:
            throw refuse("user", "missing, and root started samotop; name the user to become, or insist with --as-root")
        case .success(nil): return nil
        case .success(let account?) where geteuid() == 0: return account
        case .success(let account?) where geteuid() == account.userID: return nil
        case .success(let account?):
            throw refuse("user", "only root can become \(account.user); start samotop as root, or remove the key")
        }
    }

    /// Becomes the account for good, once everything that needs root is open.
    private func giveUpRights(_ account: Account?, _ sockets: OpenListeners) throws(StartFailure) {
        guard let account else { return }
        do throws(SystemFailure) {
            for case .unix(let path) in sockets.mail.map(\.socket.address)
            where lchown(path, account.userID, account.groupID) != 0 {
                throw SystemFailure("chown")
            }
            try account.become()
        } catch {
            throw StartFailure(ExitStatus.failure, ["samotop: can't become \(account.user): \(error.call): \(error)"])
        }
        Hardening.apply(environment: environment)
    }
}
