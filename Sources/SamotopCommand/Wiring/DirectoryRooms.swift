import Logging
import SamotopDelivery
import ServiceLifecycle
import Synchronization

/// The directory of a running server as people see and change it, and the watch over its table: what another process changes there
/// counts within a second.
final class DirectoryRooms: Service {
    private let configuration: Configuration
    private let addresses: OpenAddresses
    private let agent: SwitchingAgent
    private let logger: Logger
    private let reload = Mutex<Reload?>(nil)

    init(_ configuration: Configuration, _ agent: SwitchingAgent, _ logger: Logger) {
        self.configuration = configuration
        addresses = OpenAddresses(in: configuration.state)
        self.agent = agent
        self.logger = logger
    }

    /// What takes changes up. Until it is there, changes wait.
    func connect(_ reload: Reload) { self.reload.withLock { $0 = reload } }

    /// For the pages.
    var desk: AddressDesk {
        AddressDesk(
            current: { [agent] in agent.directory },
            existing: { [addresses] in try await addresses.existing() },
            store: { [addresses] in try await addresses.made() },
            check: { [self] rows in try reload.withLock { $0 }?.check(rows) },
            takeUp: { [self] in try await takeUp() },
            wasSomebodys: { [configuration] row in try !FormerOwner.remains(of: row, configuration).isEmpty },
            measure: { [agent] name in try await agent.mailboxes.use(of: name) })
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var looked: Int64?
            while !Task.isCancelled {
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
                do {
                    guard let revision = try await addresses.existing()?.revision(), revision != looked else {
                        continue
                    }
                    try await takeUp()
                    // Only now: what couldn't be taken up is tried again.
                    looked = revision
                } catch {
                    logger.error(
                        "the table of addresses", metadata: ["problem": "\(TableOfAddresses.cause(error))"])
                    do { try await Task.sleep(for: .seconds(60)) } catch { return }
                }
            }
        }
    }

    func close() async throws { try await addresses.close() }

    private func takeUp() async throws {
        guard let reload = reload.withLock({ $0 }) else { return }
        try await reload.takeUp { [addresses] in try await addresses.existing()?.table() }
    }
}
