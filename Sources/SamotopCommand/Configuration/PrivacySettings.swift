import SMTP
import SamotopDelivery

/// `privacy:`, what is left of mail and people beside the mail itself. `no-trace` turns all of it on.
struct PrivacySettings: Sendable, Hashable {
    enum Mode: String, CaseIterable {
        case usual
        case noTrace = "no-trace"
    }
    enum Telling: String, CaseIterable { case told, omitted }
    enum Precision: String, CaseIterable { case exact, coarse }
    enum Keeping: String, CaseIterable { case readable, sealed }
    enum Memory: String, CaseIterable { case swappable, locked }

    /// After how many days the messages of a mailbox, or of all mailboxes of a domain, are removed.
    struct Expiry: Sendable, Hashable {
        /// In lower case.
        let name: String
        let days: Int
    }

    var mode = Mode.usual
    /// Lines about messages and sessions, and the record of judgements.
    var log = Telling.told
    /// What Received fields tell, unless `trace:` says it.
    var trace = Telling.told
    /// Names and times of files in Maildirs.
    var maildir = Precision.exact
    /// Journal, queue and databases.
    var stores = Keeping.readable
    /// Whether the process's memory may go to swap.
    var memory = Memory.swappable
    /// The file of the key that queue, journal and sealed columns belong to; nil: `queue.key` in the state folder.
    var key: String?
    var expiry: [Expiry] = []

    /// Seconds after which what was delivered can't be read from journal and queue, with ``Keeping/sealed``.
    static let forgetting: Int64 = 5

    init() {}

    init(_ mode: Mode) {
        self.mode = mode
        guard mode == .noTrace else { return }
        log = .omitted
        trace = .omitted
        maildir = .coarse
        stores = .sealed
        memory = .locked
    }

    /// Reads `no-trace`, or a section; what isn't written is as the mode has it.
    static func read(_ root: SectionReader) -> PrivacySettings {
        if root.says("privacy", Mode.noTrace.rawValue) { return PrivacySettings(.noTrace) }
        return PrivacySettings(root.section("privacy"))
    }

    private init(_ reader: SectionReader) {
        self.init(reader.value("mode", Choice.of(Mode.self)) ?? .usual)
        log = reader.value("log", Choice.of(Telling.self)) ?? log
        trace = reader.value("trace", Choice.of(Telling.self)) ?? trace
        maildir = reader.value("maildir", Choice.of(Precision.self)) ?? maildir
        stores = reader.value("stores", Choice.of(Keeping.self)) ?? stores
        memory = reader.value("memory", Choice.of(Memory.self)) ?? memory
        key = reader.value("key", Name.path)
        let days = reader.section("expire-days")
        expiry = days.keys.compactMap { name in
            days.value(name, Quantity.count(in: 1...36_500)).map { Expiry(name: name.lowercased(), days: $0) }
        }
        days.finish()
        reader.finish()
    }
}

extension Configuration {
    /// After how many days messages are removed, by the mailboxes' opaque names, those of the table included; a mailbox's own days come
    /// first.
    var expireDays: [String: Int] {
        let days = Dictionary(privacy.expiry.map { ($0.name, $0.days) }) { first, _ in first }
        guard !days.isEmpty else { return [:] }
        var found: [String: Int] = [:]
        for domain in domains {
            for box in domain.mailboxes {
                let name = MailboxName(domain: domain.name, localPart: box.localPart)
                found[MailboxesFactory.name(name)] = days["\(name)".lowercased()] ?? days[domain.name]
            }
        }
        for row in addressTable.rows where row.meaning == .mailbox {
            let domain = String(decoding: row.address.domain.bytes, as: UTF8.self)
            found[row.mailboxName] = days[String(decoding: row.address.bytes, as: UTF8.self)] ?? days[domain]
        }
        return found
    }
}
