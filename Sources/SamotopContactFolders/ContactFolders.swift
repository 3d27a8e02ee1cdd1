public import SMTP
public import SamotopContacts
public import SamotopCore
public import SamotopDelivery

/// Decides about strangers in a person's own mail program: in each mailbox a folder with one request message for everybody who
/// waits, and folders that a message is moved to, which is the decision.
///
/// The folders follow the store, whoever changed it, and the store follows the folders. Each look at a mailbox begins with what
/// is there, so that it may end anywhere: the next one goes on. Only for one process at a time.
///
///     let folders = ContactFolders(mailboxes, desk, store, held: held, sender: postmaster, key: key)
///     await folders.run()
public actor ContactFolders {
    let mailboxes: Mailboxes
    let desk: ContactDesk
    let store: any ContactStore
    let held: MaildirHeldMail
    let sender: Mailbox
    let key: RequestKey
    let settings: ContactFolderSettings
    let clock: any WallClock
    let reader: MessageReader
    private let watch: FolderWatch
    private let alarm: @Sendable (String) -> Void

    var memories: [Owner: FolderMemory] = [:]
    var expired: [Owner: [Contact]] = [:]
    private var version: Int64?
    private var lookedEverywhere: Int64?
    private var nextSummary: Timestamp?

    /// - Parameters:
    ///   - desk: through which decisions go; with `held` in it.
    ///   - store: the desk's.
    ///   - held: where messages of strangers are held.
    ///   - sender: the postmaster, in whose name the server writes.
    ///   - key: marks request messages.
    ///   - alarm: told, for the operator, why a mailbox could not be looked after.
    public init(
        _ mailboxes: Mailboxes, _ desk: ContactDesk, _ store: any ContactStore, held: MaildirHeldMail, sender: Mailbox,
        key: RequestKey, settings: ContactFolderSettings = ContactFolderSettings(),
        clock: any WallClock = SystemClock(), maximumWatches: Int = 4_096,
        alarm: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.mailboxes = mailboxes
        self.desk = desk
        self.store = store
        self.held = held
        self.sender = sender
        self.key = key
        self.settings = settings
        self.clock = clock
        self.alarm = alarm
        reader = MessageReader(mailboxes: mailboxes, key: key)
        watch = FolderWatch(mailboxes, maximum: maximumWatches)
    }

    /// Looks after all mailboxes until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Looks at the mailboxes in which something happened, and now and then at all of them.
    public func look() async {
        for owner in await due() {
            do { try await look(at: owner) } catch {
                alarm("the contact folders of mailbox \(owner.name): \(Self.cause(error))")
            }
        }
        await sendSummaries()
    }

    private func due() async -> [Owner] {
        let now = clock.now().seconds
        let changes = watch.take()
        let isTime = lookedEverywhere.map { !(0..<max(1, settings.interval)).contains(now - $0) } ?? true
        if isTime || changes.isIncomplete {
            lookedEverywhere = now
            version = try? await store.version()
            return mailboxes.names.map { Owner($0) }
        }
        var due = Set(changes.mailboxes.map { Owner($0) })
        for (owner, memory) in memories where memory.isWaiting { due.insert(owner) }
        if let current = try? await store.version(), current != version {
            version = current
            for owner in (try? await store.owners()) ?? [] where mailboxes.knows(owner.name) && !due.contains(owner) {
                let waiting = try? await desk.contacts(
                    of: owner, matching: ContactQuery(states: [.waiting], limit: settings.maximumRequests))
                if Set((waiting ?? []).map(\.id)) != memories[owner]?.waiting ?? [] { due.insert(owner) }
            }
        }
        return due.sorted()
    }

    /// Hears of changes in these folders from now on, if the system can tell.
    func listen(to owner: Owner) async {
        for folder in [settings.waiting, settings.welcome, settings.blocked] {
            _ = await watch.add(folder, of: owner.name)
        }
    }

    private static func cause(_ error: any Error) -> String {
        switch error {
        case DeliveryError.failed(let cause), DeliveryError.insufficientStorage(let cause): cause
        case ContactStoreError.failed(let cause), ContactStoreError.insufficientStorage(let cause),
            ContactStoreError.unusable(let cause):
            cause
        default: "\(type(of: error))"
        }
    }

    // MARK: summaries

    /// Contacts that were removed because nobody decided about them: told of in the next summary.
    public func noteExpired(_ contacts: [Contact]) {
        guard settings.summaryHour != nil else { return }
        for contact in contacts where mailboxes.knows(contact.owner.name) {
            if expired[contact.owner]?.count ?? 0 < Self.maximumExpired {
                expired[contact.owner, default: []].append(contact)
            }
        }
    }

    private static let maximumExpired = 1_000

    /// A server that is down at the hour sends none that day.
    private func sendSummaries() async {
        guard let hour = settings.summaryHour else { return }
        let now = clock.now()
        guard let due = nextSummary else {
            nextSummary = DailySummary.next(hour: hour, after: now)
            return
        }
        guard now >= due else { return }
        nextSummary = DailySummary.next(hour: hour, after: now)
        for owner in (try? await store.owners()) ?? [] where mailboxes.knows(owner.name) {
            do { try await sendSummary(to: owner, until: due) } catch {
                alarm("the summary for mailbox \(owner.name): \(Self.cause(error))")
            }
        }
        expired = [:]
    }

    private func sendSummary(to owner: Owner, until end: Timestamp) async throws {
        let summary = DailySummary(
            contacts: try await contacts(of: owner, in: Set(Contact.State.allCases)), expired: expired[owner] ?? [],
            end: end, settings: settings)
        guard let message = summary.message(from: sender) else { return }
        try await deliver([message.received(for: .mailbox(owner.name))])
    }

    // MARK: what the store and the mailboxes say

    /// All contacts of an owner in these states, latest first.
    func contacts(of owner: Owner, in states: Set<Contact.State>) async throws -> [Contact] {
        var all: [Contact] = []
        while true {
            let page = try await desk.contacts(
                of: owner, matching: ContactQuery(states: states, offset: all.count, limit: Self.page))
            all += page
            if page.count < Self.page { return all }
        }
    }

    private static let page = 1_000

    /// Delivers messages of our own; throws the first failure.
    func deliver(_ messages: [ReceivedMessage]) async throws {
        for case let error? in await mailboxes.deliver(messages, isReplay: false) { throw error }
    }
}
