extension ConfigurationReader {
    /// What encryption at rest needs of the other sections.
    static func checkEncryption(
        _ root: SectionReader, _ encryption: EncryptionSettings, _ policy: PolicySettings,
        _ listeners: [ListenerSettings], _ domains: [DomainSettings]
    ) {
        guard encryption.isOn else { return }
        let section = root.section("encryption")
        if encryption.publish == .on, policy.listen == nil {
            section.complain("publish", "keys are served where our MTA-STS policy is; write mta-sts.listen, too")
        }
        guard !encryption.learn.isEmpty else { return }
        if !listeners.contains(where: { $0.role == .submission }) {
            section.complain(
                "learn", "keys are learned from mail that users submit; add a listener with role: submission")
        }
        guard encryption.learn.contains(.keysAddress) else { return }
        for domain in domains {
            let names = domain.mailboxes.map(\.localPart) + domain.aliases.map(\.localPart)
            if names.contains(where: { $0.lowercased() == "keys" }) {
                section.complain(
                    "learn",
                    "keys@\(domain.name) is a mailbox or an alias already; rename it, or leave keys-address out")
            }
        }
    }
}
