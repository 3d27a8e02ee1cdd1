import SamotopContacts
import SamotopCore

/// `contacts:`, what becomes of mail from strangers.
struct ContactSettings: Sendable, Hashable {
    enum Presence: String, CaseIterable { case shown, hidden }
    enum Switch: String, CaseIterable { case on, off }
    enum Deletion: String, CaseIterable { case block, ignore }

    /// An address, or a pattern of addresses, with a policy of its own.
    struct Address: Sendable, Hashable {
        let pattern: String
        let policy: ScreeningPolicy
    }

    /// Whether anyone is asked about strangers at all.
    var isOn = true
    /// For every address without one of its own.
    var policy = ScreeningPolicy()
    var addresses: [Address] = []
    var limits = RequestLimits()
    /// Files of entries, one a line, that are let in or refused before anyone is asked.
    var allow: String?
    var deny: String?
    var greylisting = GreylistingSettings()
    /// Whether requests are put in the mailbox, to be decided by moving them.
    var mailboxRequests = Switch.on
    /// What deleting a request in the mailbox means.
    var deletedRequest = Deletion.block
    /// A message a day for owners whose strangers wait.
    var dailySummary = Switch.off
    /// Days for which it is kept why mail was delivered or refused.
    var auditDays = 30

    /// `contacts: off`.
    static var off: ContactSettings {
        var settings = ContactSettings()
        settings.isOn = false
        return settings
    }

    init() {}

    /// - Parameter hidesRequests: none are put in mailboxes unless that is written.
    init(_ reader: SectionReader, hidesRequests: Bool = false) {
        if hidesRequests { mailboxRequests = .off }
        policy = Self.policy(reader, over: policy)
        addresses = Self.addresses(reader.section("addresses"), over: policy)
        let requests = reader.section("requests")
        limits.perOwner = requests.value("per-owner", Quantity.count(in: 1...100_000)) ?? limits.perOwner
        limits.perDomain = requests.value("per-domain", Quantity.count(in: 1...100_000)) ?? limits.perDomain
        limits.perNetwork = requests.value("per-network", Quantity.count(in: 1...100_000)) ?? limits.perNetwork
        limits.total = requests.value("total", Quantity.count(in: 1...10_000_000)) ?? limits.total
        requests.finish()
        allow = reader.value("allow", Name.path)
        deny = reader.value("deny", Name.path)
        greylisting = GreylistingSettings(reader.section("greylisting"))
        mailboxRequests = reader.value("mailbox-requests", Choice.of(Switch.self)) ?? mailboxRequests
        deletedRequest = reader.value("deleted-request", Choice.of(Deletion.self)) ?? deletedRequest
        dailySummary = reader.value("daily-summary", Choice.of(Switch.self)) ?? dailySummary
        auditDays = reader.value("audit-days", Quantity.count(in: 1...3_650)) ?? auditDays
        reader.finish()
    }

    /// The keys of a policy; what isn't written is `standard`'s.
    private static func policy(_ reader: SectionReader, over standard: ScreeningPolicy) -> ScreeningPolicy {
        var policy = standard
        policy.strangers = reader.value("strangers", Choice.of(ScreeningPolicy.Treatment.self)) ?? policy.strangers
        policy.patience = reader.value("patience-days", Quantity.count(in: 1...60)) ?? policy.patience
        policy.unanswered = reader.value("unanswered", unanswered) ?? policy.unanswered
        let subject = reader.value("subject", Choice.of(Presence.self))
        policy.takesSubject = subject.map { $0 == .shown } ?? policy.takesSubject
        let shares = reader.value("share-decisions", Choice.flag)
        policy.sharesDecisions = shares ?? policy.sharesDecisions
        return policy
    }

    private static func addresses(_ reader: SectionReader, over standard: ScreeningPolicy) -> [Address] {
        let addresses = reader.keys.map { pattern in
            let section = reader.section(pattern)
            let policy = policy(section, over: standard)
            section.finish()
            return Address(pattern: pattern.lowercased(), policy: policy)
        }
        reader.finish()
        return addresses
    }

    private static func unanswered(_ text: String) throws(Unfit) -> ScreeningPolicy.Treatment {
        switch try Choice.of(ScreeningPolicy.Treatment.self)(text) {
        case .refuse: .refuse
        case .hold: .hold
        case .welcome: .welcome
        default: throw Unfit("unknown value \(Quantity.quoted(text)); use refuse, hold or welcome")
        }
    }
}

/// `contacts.greylisting:`, for strangers whose treatment is `grey`.
struct GreylistingSettings: Sendable, Hashable {
    var wait = Duration.seconds(300)
    var window = Duration.seconds(172_800)
    /// Days that a client which came again is remembered.
    var lifetimeDays = 36
    /// Networks that never wait.
    var pools: [IPNetwork] = []

    init() {}

    init(_ reader: SectionReader) {
        wait = reader.value("wait", Quantity.duration(in: .seconds(1)...(.seconds(86_400)))) ?? wait
        window = reader.value("window", Quantity.duration(in: .seconds(60)...(.seconds(1_209_600)))) ?? window
        lifetimeDays = reader.value("lifetime-days", Quantity.count(in: 1...365)) ?? lifetimeDays
        pools = reader.list("pools", Network.parse) ?? pools
        reader.finish()
    }
}
