public import SMTP
import SamotopCore

/// What people do with addresses: see which lead where, and change those that aren't the configuration files'.
public struct AddressDesk: Sendable {
    private let current: @Sendable () -> Directory
    private let existing: @Sendable () async throws -> (any AddressStore)?
    private let store: @Sendable () async throws -> any AddressStore
    private let check: @Sendable ([AddressRow]) throws -> Void
    private let takeUp: @Sendable () async throws -> Void
    private let wasSomebodys: @Sendable (AddressRow) async throws -> Bool
    private let measure: @Sendable (String) async throws -> (use: MailboxUse, quota: MailboxQuota)?

    /// - Parameters:
    ///   - current: the directory that answers now.
    ///   - existing: where changes are kept; nil: there were none yet.
    ///   - store: the same, made when it is first needed.
    ///   - check: throws when these rows and the files make no directory.
    ///   - takeUp: makes what was changed count at once; throws when it doesn't count yet.
    ///   - wasSomebodys: whether something of a former owner is there, which whoever gets the mailbox next would have.
    ///   - measure: how much a mailbox holds and may hold; nil: nothing limits it.
    public init(
        current: @escaping @Sendable () -> Directory,
        existing: @escaping @Sendable () async throws -> (any AddressStore)?,
        store: @escaping @Sendable () async throws -> any AddressStore,
        check: @escaping @Sendable ([AddressRow]) throws -> Void,
        takeUp: @escaping @Sendable () async throws -> Void,
        wasSomebodys: @escaping @Sendable (AddressRow) async throws -> Bool = { _ in false },
        measure: @escaping @Sendable (String) async throws -> (use: MailboxUse, quota: MailboxQuota)? = { _ in nil }
    ) {
        self.current = current
        self.existing = existing
        self.store = store
        self.check = check
        self.takeUp = takeUp
        self.wasSomebodys = wasSomebodys
        self.measure = measure
    }

    /// Who gets mail for an address.
    public func outcome(for address: Mailbox) -> DirectoryOutcome { current().outcome(for: .mailbox(address)) }

    /// What leads to a mailbox; at most `limit` entries.
    public func entries(of mailbox: String, limit: Int) -> [DirectoryEntry] {
        current().entries(limit: limit) { $0.mailbox == mailbox }
    }

    /// What gets a mailbox's mail, where that isn't a Maildir.
    public func handover(of mailbox: String) -> MailboxHandover? { current().handedMailbox(mailbox)?.handover }

    /// How much a mailbox holds and may hold; nil: nothing limits it.
    public func use(of mailbox: String) async throws -> (use: MailboxUse, quota: MailboxQuota)? {
        try await measure(mailbox)
    }

    /// Rows that can be changed here, with this text in their address.
    public func rows(containing text: String, offset: Int, limit: Int) async throws -> [AddressRow] {
        try await existing()?.rows(containing: text, offset: offset, limit: limit) ?? []
    }

    /// Whether a mailbox that isn't there now was somebody's: an account, keys or mail are left of them.
    public func hasFormerOwner(_ row: AddressRow) async throws -> Bool {
        guard row.meaning == .mailbox, outcome(for: row.address).reason != .name else { return false }
        return try await wasSomebodys(row)
    }

    /// Changes rows; they count on return.
    ///
    /// - Throws: ``AddressEditError``, or ``DirectoryError`` when no directory would come of it. After
    ///   ``AddressEditError/notTakenUp`` they are in the table, and don't count yet.
    public func edit(_ edits: [AddressEdit]) async throws {
        try await store().edit(edits, check: check)
        do { try await takeUp() } catch { throw AddressEditError.notTakenUp }
    }
}
