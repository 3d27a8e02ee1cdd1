import Logging
import SamotopCore
import SamotopDelivery
import SamotopServer
import Synchronization

/// What SIGHUP changes in a running server: the content of certificate files, domains, mailboxes, aliases; and what a change of the
/// table of addresses does. All or nothing: when anything is wrong, the log says what, and everything stays as it was.
///
/// A directory is built aside, on a thread that no session waits for, and then takes the other's place.
final class Reload: Sendable {
    /// How long what answered before is kept: no session asks it any more when it is taken apart.
    private static let keeping = Duration.seconds(30)

    private let serving: Mutex<Configuration>
    private let identities: [TLSIdentities]
    private let agent: SwitchingAgent
    private let threads: StorageThreads
    private let builder = StorageThreads(count: 1, name: "directory", niceness: 5)
    private let reread: (@Sendable () throws(StartFailure) -> Configuration)?
    private let logger: Logger
    private let notifier: ServiceNotifier
    private let onChange: @Sendable (Configuration, Mailboxes) -> Void
    private let last = Mutex<Task<(any Error)?, Never>?>(nil)

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
        _ = await inTurn { [self] in
            notifier.reloading()
            defer { notifier.ready() }
            return await change {
                let old = serving.withLock { $0 }
                let new = try await builder.run { [reread] in try reread?() ?? old }
                let inspection = Inspection(new)
                let problems = inspection.certificates() + inspection.commands()
                guard problems.isEmpty else { throw StartFailure(ExitStatus.configuration, problems) }
                let mailboxes = try await Serving.mailboxes(new, threads, builder)
                for identity in identities { try identity.reload() }
                try await take(new, mailboxes)
                logger.notice("reloaded")
                if !new.differsOnlyInMailboxes(from: old) {
                    logger.warning("something else than domains and postmaster changed, too: that needs a restart")
                }
            }
        }
    }

    /// Takes up the table of addresses, and nothing else, if it is another one. Throws when that can't be; the log has said so then.
    func takeUp(_ table: @escaping @Sendable () async throws -> AddressTable?) async throws {
        let failure = await inTurn { [self] in
            await change {
                guard let table = try await table() else { return }
                var new = serving.withLock { $0 }
                guard table.revision != new.addressTable.revision else { return }
                new.addressTable = table
                try await take(new, try await Serving.mailboxes(new, threads, builder))
                logger.notice("addresses changed")
            }
        }
        if let failure { throw failure }
    }

    /// Throws when these rows and what is served make no directory.
    func check(_ rows: [AddressRow]) throws {
        var configuration = serving.withLock { $0 }
        configuration.addressTable.rows = rows
        _ = try MailboxesFactory.directory(configuration)
    }

    private func take(_ new: Configuration, _ mailboxes: Mailboxes) async throws {
        let old = agent.change(to: mailboxes)
        // It goes through all addresses, which is nothing for a thread that sessions run on.
        try await builder.run { [onChange] in onChange(new, mailboxes) }
        serving.withLock { $0 = new }
        Task {
            try? await Task.sleep(for: Self.keeping)
            withExtendedLifetime(old) {}
        }
    }

    /// Why it wasn't done, which the log is told.
    private func change(_ work: () async throws -> Void) async -> (any Error)? {
        do {
            try await work()
            return nil
        } catch let failure as StartFailure {
            for line in failure.lines { logger.error("not reloaded", metadata: ["problem": "\(line)"]) }
            return failure
        } catch {
            logger.error("not reloaded", metadata: ["problem": "\(TableOfAddresses.cause(error))"])
            return error
        }
    }

    /// One after the other: each sees what the one before made.
    private func inTurn(_ work: @escaping @Sendable () async -> (any Error)?) async -> (any Error)? {
        let task = last.withLock { last in
            let task = Task { [last] () -> (any Error)? in
                _ = await last?.value
                return await work()
            }
            last = task
            return task
        }
        return await task.value
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
        left.addressesFolder = right.addressesFolder
        left.addressTable = right.addressTable
        left.privacy.expiry = right.privacy.expiry
        if left.submission.clientCertificates != nil, let accounts = right.submission.clientCertificates?.accounts {
            left.submission.clientCertificates?.accounts = accounts
        }
        // Which domains want TLS is the guards' knowledge, and those stay.
        guard left.domains.filter(\.requireTLS).map(\.name) == right.domains.filter(\.requireTLS).map(\.name) else {
            return false
        }
        left.domains = right.domains
        return left == right
    }
}
