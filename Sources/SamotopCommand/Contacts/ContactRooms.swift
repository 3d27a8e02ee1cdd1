import Logging
import SMTP
import SamotopContactFolders
import SamotopContacts
import SamotopCore
import SamotopDelivery
import SamotopServer
import ServiceLifecycle

/// Everything about contacts in a running server: the stores, the desk of all decisions, and the guards.
struct ContactRooms: Sendable {
    let configuration: Configuration
    let stores: OpenStores
    let contacts: CachedContacts
    let desk: ContactDesk
    let policies: ConfiguredPolicies
    let auditing: Auditing
    let front: MailboxFront
    private let encryption: EncryptionRooms?
    private let greylist: Greylist
    private let arrivals = HeldArrivals()
    private let lists: AllowDenyLists?
    private let isNewName: @Sendable (Mailbox) -> Bool
    private let hidesName: @Sendable (Mailbox) -> Bool
    private let logger: Logger

    /// - Throws: ``StartFailure`` when the stores can't be opened, or a list has lines that are no entries.
    init(
        _ configuration: Configuration, _ mailboxes: Mailboxes, _ encryption: EncryptionRooms?, _ logger: Logger,
        isNewName: @escaping @Sendable (Mailbox) -> Bool = { _ in false },
        hidesName: @escaping @Sendable (Mailbox) -> Bool = { _ in false }
    ) async throws {
        self.isNewName = isNewName
        self.hidesName = hidesName
        let settings = configuration.contacts
        lists = try SenderLists.read(settings)
        stores = try await OpenStores.open(configuration, isServer: true)
        front = MailboxFront(mailboxes)
        contacts = CachedContacts(stores.contacts)
        desk = ContactDesk(
            contacts, audit: stores.audit, held: front, asciiDomain: ASCIIDomain.convert)
        policies = ConfiguredPolicies(
            chosen: stores.policies, configured: settings.addresses,
            open: configuration.reports.receive.map { "\($0)".lowercased() })
        auditing = Auditing(stores.audit)
        greylist = Greylist(stores.greylist, key: stores.key, settings: settings.greylisting.settings)
        self.encryption = encryption
        self.configuration = configuration
        self.logger = logger
        change(to: mailboxes)
    }

    /// The guards in front of those that ask lists in the DNS: what they allow needn't be asked about.
    var first: [any MailGuard] { lists.map { [$0] } ?? [] }

    /// The last guard: strangers wait.
    var screening: ContactScreening {
        var settings = ScreeningSettings()
        settings.needsAuthentication = configuration.authentication.isOn
        settings.limits = configuration.contacts.limits
        let networks = configuration.authentication.exemptNetworks
        return ContactScreening(
            of: contacts,
            policies: PolicyBook(
                policies, standard: configuration.contacts.policy,
                mayKeepSubject: { [encryption] in await encryption?.isSealed($0.name) != true }),
            passes: stores.passes,
            greylist: greylist, arrivals: arrivals, record: auditing, settings: settings,
            asciiDomain: ASCIIDomain.convert, exempts: { client in networks.contains { $0.contains(client) } },
            isNewName: isNewName, hidesName: hidesName)
    }

    /// What runs beside the server.
    var services: [any Service] { [front, MaintenanceService(maintenance)] }

    /// Takes up the mailboxes of a reload.
    func change(to mailboxes: Mailboxes) {
        let settings = configuration.contacts
        front.change(to: mailboxes) { mailboxes, held in
            guard settings.mailboxRequests == .on, let key = RequestKey(stores.key),
                let sender = Mailbox("\(configuration.postmaster)")
            else { return nil }
            var folders = ContactFolderSettings()
            folders.deleting = settings.deletedRequest == .block ? .block : .ignore
            folders.summaryHour = settings.dailySummary == .on ? 6 : nil
            return ContactFolders(
                mailboxes, desk, contacts, held: held, sender: sender, key: key, settings: folders,
                alarm: { [logger] cause in logger.error("a mailbox's contacts", metadata: ["cause": "\(cause)"]) })
        }
    }

    private var maintenance: ContactMaintenance {
        var settings = ContactMaintenance.Settings()
        settings.keepingRecords = configuration.privacy.log == .told ? Int64(configuration.contacts.auditDays) : 0
        return ContactMaintenance(
            contacts: contacts, greylist: greylist, auditing: auditing, audit: stores.records, passes: stores.passes,
            desk: desk, arrivals: arrivals, settings: settings,
            report: { [logger] error in
                logger.error("contacts", metadata: ["cause": "\((error as? ContactStoreError)?.cause ?? "\(error)")"])
            },
            onExpired: { [front] expired in await front.noteExpired(expired) },
            afterExpiry: { [stores, logger] in
                // What was removed shall be in no file any more.
                do { try await stores.checkpoint() } catch {
                    logger.error("contacts", metadata: ["cause": "the log of the stores can't be emptied"])
                }
            })
    }

    /// The desk alone, for a command: the server may run meanwhile.
    static func desk(_ configuration: Configuration, _ stores: OpenStores) throws -> ContactDesk {
        let mailboxes = try MailboxesFactory.mailboxes(
            configuration, threads: StorageThreads(count: 1, name: "contacts"))
        return ContactDesk(
            stores.contacts, audit: stores.audit, held: MaildirHeldMail(mailboxes), asciiDomain: ASCIIDomain.convert)
    }
}

/// The maintenance, for as long as the server runs; what waits is written at the end.
private struct MaintenanceService: Service {
    let maintenance: ContactMaintenance

    init(_ maintenance: ContactMaintenance) { self.maintenance = maintenance }

    func run() async throws { await cancelWhenGracefulShutdown { await maintenance.run() } }
}

extension GreylistSettings {
    fileprivate init(_ settings: GreylistingSettings) {
        self.init()
        wait = settings.wait.components.seconds
        window = settings.window.components.seconds
        lifetime = Int64(settings.lifetimeDays) * 86_400
        for pool in settings.pools { pools[pool.description] = [pool] }
    }
}

extension GreylistingSettings {
    var settings: GreylistSettings { GreylistSettings(self) }
}
