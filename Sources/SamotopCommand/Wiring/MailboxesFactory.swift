import SMTP
import SamotopCore
import SamotopDelivery

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
                        address: try address(name), name: Self.name(name), folder: box.directory ?? Self.name(name)))
            }
            for alias in domain.aliases {
                aliases.append(
                    AliasEntry(
                        address: try address(MailboxName(domain: domain.name, localPart: alias.localPart)),
                        targets: try alias.targets.map(address)))
            }
        }
        return try Directory(
            domains: configuration.domains.compactMap { DomainName($0.name) }, mailboxes: mailboxes, aliases: aliases,
            patterns: try configuration.domains.flatMap(patterns),
            catchAlls: try configuration.domains.compactMap(rest),
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

    private static func rest(_ domain: DomainSettings) throws -> CatchAllEntry? {
        guard let name = DomainName(domain.name), !domain.everyoneElse.isEmpty || !domain.nobody.isEmpty else {
            return nil
        }
        let exceptions = try domain.nobody.map {
            try address(MailboxName(domain: domain.name, localPart: $0)).localPart
        }
        return CatchAllEntry(domain: name, targets: try domain.everyoneElse.map(address), exceptions: exceptions)
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
