import Logging
import SamotopCore
import SamotopDelivery
import SamotopServer
import Synchronization

/// What SIGHUP changes in a running server: the content of certificate files, domains, mailboxes, aliases. All or nothing:
/// when anything is wrong, the log says what, and everything stays as it was.
final class Reload: Sendable {
    private let serving: Mutex<Configuration>
    private let identities: [TLSIdentities]
    private let agent: SwitchingAgent
    private let threads: StorageThreads
    private let reread: (@Sendable () throws(StartFailure) -> Configuration)?
    private let logger: Logger
    private let notifier: ServiceNotifier
    private let onChange: @Sendable (Configuration, Mailboxes) -> Void

    init(
        serving: Configuration, identities: [TLSIdentities], agent: SwitchingAgent, threads: StorageThreads,
        reread: (@Sendable () throws(StartFailure) -> Configuration)?, logger: Logger, notifier: ServiceNotifier,
        onChange: @escaping @Sendable (Configuration, Mailboxes) -> Void
    ) {
        self.onChange = onChange
        self.serving = Mutex(serving)
        self.identities = identities
        self.agent = agent
        self.threads = threads
        self.reread = reread
        self.logger = logger
        self.notifier = notifier
    }

    func run() async {
        notifier.reloading()
        defer { notifier.ready() }
        do {
            let old = serving.withLock { $0 }
            let new = try reread?() ?? old
            let problems = Inspection(new).certificates()
            guard problems.isEmpty else { throw StartFailure(ExitStatus.configuration, problems) }
            let mailboxes = try await Serving.mailboxes(new, threads)
            for identity in identities { try identity.reload() }
            agent.change(to: mailboxes)
            onChange(new, mailboxes)
            serving.withLock { $0 = new }
            logger.notice("reloaded")
            if !new.differsOnlyInMailboxes(from: old) {
                logger.warning("something else than domains and postmaster changed, too: that needs a restart")
            }
        } catch let failure as StartFailure {
            for line in failure.lines { logger.error("not reloaded", metadata: ["problem": "\(line)"]) }
        } catch {
            logger.error("not reloaded", metadata: ["problem": "\(error)"])
        }
    }
}

extension Configuration {
    /// True when a reload takes up everything that changed.
    func differsOnlyInMailboxes(from other: Configuration) -> Bool {
        var left = self
        var right = other
        left.places = [:]
        right.places = [:]
        left.postmaster = right.postmaster
        // Which domains want TLS is the guards' knowledge, and those stay.
        guard left.domains.filter(\.requireTLS).map(\.name) == right.domains.filter(\.requireTLS).map(\.name) else {
            return false
        }
        left.domains = right.domains
        return left == right
    }
}
