import SamotopDelivery

/// How much a mailbox may hold, of a domain or of one mailbox.
struct QuotaSettings: Sendable, Hashable {
    enum WhenFull: String, Sendable, Hashable, CaseIterable {
        case postpone, refuse
    }

    /// Octets; nil: not said here.
    var size: Int?
    /// Messages.
    var messages: Int?
    /// What becomes of mail then.
    var whenFull: WhenFull?

    init() {}

    init(_ reader: SectionReader) {
        size = reader.value("quota", Quantity.size(in: (1 << 10)...(1 << 50)))
        messages = reader.value("quota-messages", Quantity.count(in: 1...1_000_000_000))
        whenFull = reader.value("when-full", Choice.of(WhenFull.self))
    }

    /// What is said here, and what the domain says where nothing is.
    func quota(in domain: QuotaSettings) -> MailboxQuota? {
        MailboxQuota(
            octets: (size ?? domain.size).map { UInt64($0) },
            messages: (messages ?? domain.messages).map { UInt64($0) },
            refuses: (whenFull ?? domain.whenFull) == .refuse)
    }
}
