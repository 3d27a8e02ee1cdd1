/// Keys that say the opposite of what `privacy:` promises.
enum PrivacyCheck {
    /// Complains about each of them, and about names that have nothing to expire.
    static func check(
        _ root: SectionReader, _ privacy: PrivacySettings, _ log: LogSettings, _ contacts: ContactSettings,
        _ reports: ReportSettings, _ domains: [DomainSettings]
    ) {
        if privacy.log == .omitted { checkLog(root, log) }
        if privacy.stores == .sealed { checkStores(root, contacts, reports) }
        if privacy.mode == .noTrace { checkAll(root) }
        // As a word it has no keys.
        guard root.isSection("privacy") else { return }
        let names = Set(
            domains.map(\.name)
                + domains.flatMap { domain in domain.mailboxes.map { "\($0.localPart)@\(domain.name)".lowercased() } })
        let days = root.section("privacy").section("expire-days")
        for key in days.keys where !names.contains(key.lowercased()) {
            days.complain(aboutKey: key, "no mailbox and no domain of yours; name one that is listed under domains")
        }
    }

    private static func checkLog(_ root: SectionReader, _ log: LogSettings) {
        if log.addresses == .shown {
            root.section("log").complain(
                "addresses", "privacy leaves people out of the log; write hidden, or privacy.log: told")
        }
        let contacts = root.isSection("contacts") ? root.section("contacts") : nil
        if let contacts, contacts.has("audit-days") {
            contacts.complain(
                "audit-days", "nothing is recorded with privacy.log: omitted; remove the key, or write told")
        }
    }

    private static func checkStores(_ root: SectionReader, _ contacts: ContactSettings, _ reports: ReportSettings) {
        if root.isSection("contacts") {
            let section = root.section("contacts")
            let clear = "puts strangers' names into mailboxes in clear; write off, or privacy.stores: readable"
            if section.has("mailbox-requests"), contacts.mailboxRequests == .on {
                section.complain("mailbox-requests", clear)
            }
            if contacts.dailySummary == .on { section.complain("daily-summary", clear) }
        }
        if !reports.send.isEmpty || !reports.receive.isEmpty {
            root.complain(
                "reports",
                """
                who sent from where is counted in clear for them; leave them out, or write privacy.stores: readable
                """)
        }
    }

    private static func checkAll(_ root: SectionReader) {
        if root.isOff("encryption") {
            root.complain(
                "encryption", "with privacy no-trace mail isn't kept in clear; remove it, and do samotop keys import")
        }
        if root.isSection("submission"), root.section("submission").isOff("privacy") {
            root.section("submission").complain(
                "privacy", "with privacy no-trace submitted mail tells nothing of its sender's machine; remove the key")
        }
    }
}
