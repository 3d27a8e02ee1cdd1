import SMTP
import SamotopCore
import SamotopDelivery
import SamotopEncryption

/// Turns the configured domains into the directory and its Maildirs.
enum MailboxesFactory {
    /// The root of all mailboxes without a folder of their own.
    static func root(_ configuration: Configuration) -> String { configuration.state + "/mail" }

    static func mailboxes(_ configuration: Configuration, threads: StorageThreads) throws -> Mailboxes {
        var settings = MaildirSettings()
        settings.isCoarse = configuration.privacy.maildir == .coarse
        return Mailboxes(
            try directory(configuration), root: root(configuration), host: configuration.name, threads: threads,
            settings: settings)
    }

    static func directory(_ configuration: Configuration) throws -> Directory {
        var mailboxes: [MailboxEntry] = []
        var aliases: [AliasEntry] = []
        for domain in configuration.domains {
            for box in domain.mailboxes {
                let name = MailboxName(domain: domain.name, localPart: box.localPart)
                mailboxes.append(
                    MailboxEntry(
                        address: try address(name), name: Self.name(name), folder: box.directory ?? Self.name(name),
                        quota: box.handover == nil ? box.quota.quota(in: domain.quota) : nil, handover: box.handover))
            }
            for alias in domain.aliases {
                aliases.append(
                    AliasEntry(
                        address: try address(MailboxName(domain: domain.name, localPart: alias.localPart)),
                        targets: try alias.targets.map(address)))
            }
        }
        try add(configuration, to: &mailboxes, &aliases)
        return try Directory(
            domains: configuration.domains.compactMap { DomainName($0.name) }, mailboxes: mailboxes, aliases: aliases,
            patterns: try configuration.domains.flatMap(patterns),
            catchAlls: try rest(configuration),
            allowsForwarding: configuration.relay.isOn, postmaster: Self.name(postmaster(configuration)))
    }

    private static func patterns(_ domain: DomainSettings) throws -> [PatternEntry] {
        guard let name = DomainName(domain.name) else { return [] }
        return try domain.patterns.map { pattern in
            PatternEntry(
                domain: name, pattern: pattern.pattern, targets: try pattern.targets.map(address),
                folderField: pattern.folder)
        }
    }

    /// What is edited while the server runs: mailboxes there are made when their first mail comes.
    private static func add(
        _ configuration: Configuration, to mailboxes: inout [MailboxEntry], _ aliases: inout [AliasEntry]
    ) throws {
        var quotas: [DomainName: MailboxQuota] = [:]
        for domain in configuration.domains {
            if let name = DomainName(domain.name) { quotas[name] = QuotaSettings().quota(in: domain.quota) }
        }
        let takesKeys = configuration.encryption.isOn && configuration.encryption.learn.contains(.keysAddress)
        for row in configuration.addressTable.rows {
            if takesKeys, row.address.localPart.content == Array("keys".utf8) {
                throw DirectoryError.reserved(entry: row.address)
            }
            switch row.meaning {
            case .mailbox:
                let name = row.mailboxName
                mailboxes.append(
                    MailboxEntry(
                        address: row.address, name: name, folder: name, isMadeWhenNeeded: true,
                        quota: Self.domain(of: row.address).flatMap { quotas[$0] }))
            case .alias(let targets): aliases.append(AliasEntry(address: row.address, targets: targets))
            case .nobody: break
            }
        }
    }

    private static func domain(of address: Mailbox) -> DomainName? {
        if case .name(let name) = address.domain { name } else { nil }
    }

    private static func rest(_ configuration: Configuration) throws -> [CatchAllEntry] {
        var nobody: [DomainName: [LocalPart]] = [:]
        for row in configuration.addressTable.rows where row.meaning == .nobody {
            guard case .name(let domain) = row.address.domain else { continue }
            nobody[domain, default: []].append(row.address.localPart)
        }
        let entries = try configuration.domains.compactMap { domain -> CatchAllEntry? in
            guard let name = DomainName(domain.name) else { return nil }
            let written = try domain.nobody.map {
                try address(MailboxName(domain: domain.name, localPart: $0)).localPart
            }
            let exceptions = written + (nobody.removeValue(forKey: name) ?? [])
            if domain.everyoneElse.isEmpty, exceptions.isEmpty { return nil }
            return CatchAllEntry(
                domain: name, targets: try domain.everyoneElse.map(address), exceptions: exceptions,
                asksAboutNames: domain.newNames == .ask)
        }
        // What is left is of no domain of ours, which the directory says.
        return entries + nobody.map { CatchAllEntry(domain: $0.key, targets: [], exceptions: $0.value) }
    }

    /// A mailbox's opaque name, which is also its default folder below the root.
    static func name(_ mailbox: MailboxName) -> String { "\(mailbox.domain)/\(mailbox.localPart)" }

    /// The postmaster's mailbox in the letters in which it is listed.
    private static func postmaster(_ configuration: Configuration) -> MailboxName {
        let asked = configuration.postmaster
        let domain = configuration.domains.first { $0.name == asked.domain }
        let box = domain?.mailboxes.first { $0.localPart.lowercased() == asked.localPart.lowercased() }
        return MailboxName(domain: asked.domain, localPart: box?.localPart ?? asked.localPart)
    }

    private static func address(_ name: MailboxName) throws -> Mailbox {
        guard let mailbox = Mailbox("\(name)") else { throw UnusableAddress(name: name) }
        return mailbox
    }

    /// The configuration allowed what the grammar doesn't.
    struct UnusableAddress: Error, CustomStringConvertible {
        let name: MailboxName
        var description: String { "\(name) is no address" }
    }
}
