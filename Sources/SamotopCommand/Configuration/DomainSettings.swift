import SamotopDelivery

/// `domains:`, one domain whose mail is ours.
struct DomainSettings: Sendable, Hashable {
    struct Mailbox: Sendable, Hashable {
        var localPart: String
        /// The Maildir; nil: `<state>/mail/<domain>/<mailbox>`.
        var directory: String?
        /// What its mail is handed to; nil: it stays in the Maildir.
        var handover: MailboxHandover?
        /// What its domain's says otherwise.
        var quota = QuotaSettings()
    }

    struct Alias: Sendable, Hashable {
        var localPart: String
        var targets: [MailboxName]
    }

    /// Addresses by convention.
    struct Pattern: Sendable, Hashable {
        var pattern: LocalPartPattern
        var targets: [MailboxName]
        /// The field that names the folder.
        var folder: String?
    }

    /// What becomes of the first mail for a name that nobody claimed.
    enum NewNames: String, Sendable, Hashable, CaseIterable {
        case deliver, ask
    }

    /// In lower case.
    var name: String
    var mailboxes: [Mailbox]
    var aliases: [Alias] = []
    var patterns: [Pattern] = []
    /// Who gets what nobody claimed.
    var everyoneElse: [MailboxName] = []
    /// Whether they are asked about each new name first.
    var newNames = NewNames.deliver
    /// Whom `everyone-else` isn't.
    var nobody: [String] = []
    /// For mailboxes that have none of their own.
    var quota = QuotaSettings()
    /// Refuse recipients of this domain in a session without TLS.
    var requireTLS = false

    init(name: String, mailboxes: [Mailbox]) {
        self.name = name
        self.mailboxes = mailboxes
    }

    init(_ reader: SectionReader, name: String) {
        self.name = name
        let section = reader.section("mailboxes")
        mailboxes = section.keys.compactMap { key in
            guard Self.isLocalPart(key, in: section) else { return nil }
            if section.isBare(key) { return Mailbox(localPart: key, directory: nil) }
            if section.isSection(key) { return Self.mailbox(key, section.section(key)) }
            return section.value(key, Name.path).map { Mailbox(localPart: key, directory: $0) }
        }
        section.finish()
        let others = reader.section("aliases")
        aliases = others.keys.compactMap { key in
            guard Self.isLocalPart(key, in: others) else { return nil }
            let targets = others.list(key) { text throws(Unfit) in try MailboxName.parse(text, in: name) }
            if let targets, targets.isEmpty { others.complain(key, "names nobody; list a mailbox or remove the alias") }
            return targets.map { Alias(localPart: key, targets: $0) }
        }
        others.finish()
        let conventions = reader.section("patterns")
        patterns = conventions.keys.compactMap { Self.pattern($0, in: conventions, of: name) }
        conventions.finish()
        if reader.isSection("everyone-else") {
            let rest = reader.section("everyone-else")
            everyoneElse = rest.list("to") { text throws(Unfit) in try MailboxName.parse(text, in: name) } ?? []
            if everyoneElse.isEmpty {
                rest.complain("to", "names nobody; write who gets what nobody claimed, like ann")
            }
            newNames = rest.value("new-names", Choice.of(NewNames.self)) ?? .deliver
            rest.finish()
        } else {
            everyoneElse =
                reader.list("everyone-else") { text throws(Unfit) in try MailboxName.parse(text, in: name) } ?? []
        }
        nobody = reader.list("nobody", Name.localPart) ?? []
        quota = QuotaSettings(reader)
        requireTLS = reader.value("require-tls", Choice.flag) ?? false
        reader.finish()
        Self.findTwins(section.keys.map { (section, $0) } + others.keys.map { (others, $0) })
    }

    private static func mailbox(_ localPart: String, _ reader: SectionReader) -> Mailbox {
        defer { reader.finish() }
        return Mailbox(
            localPart: localPart, directory: reader.value("folder", Name.path),
            handover: HandoverSettings.read(reader), quota: QuotaSettings(reader))
    }

    private static func pattern(_ key: String, in section: SectionReader, of domain: String) -> Pattern? {
        let pattern: LocalPartPattern
        do throws(LocalPartPatternError) { pattern = try LocalPartPattern(key) } catch {
            _ = section.isBare(key)
            section.complain(aboutKey: key, "no pattern: \(error)")
            return nil
        }
        func targets(_ reader: SectionReader, _ key: String) -> [MailboxName] {
            let found = reader.list(key) { text throws(Unfit) in try MailboxName.parse(text, in: domain) }
            if found?.isEmpty ?? true { reader.complain(key, "names nobody; write whose mail it is, like ann") }
            return found ?? []
        }
        guard section.isSection(key) else { return Pattern(pattern: pattern, targets: targets(section, key)) }
        let inner = section.section(key)
        let folder = inner.value("folder") { text throws(Unfit) in
            guard let field = pattern.fields.first(where: { "{\($0)}" == text }) else {
                throw Unfit("no field of the pattern: \(Quantity.quoted(text)); write one like {\(pattern.fields[0])}")
            }
            return field
        }
        let found = Pattern(pattern: pattern, targets: targets(inner, "to"), folder: folder)
        inner.finish()
        return found
    }

    /// Complains about a key that can't be a local-part.
    private static func isLocalPart(_ key: String, in section: SectionReader) -> Bool {
        do throws(Unfit) {
            _ = try Name.localPart(key)
            return true
        } catch {
            _ = section.isBare(key)
            section.complain(aboutKey: key, error.message)
            return false
        }
    }

    /// A name that stands for two things, or twice for one, in letters of any case.
    private static func findTwins(_ names: [(SectionReader, String)]) {
        var seen: [String: String] = [:]
        for (section, key) in names {
            if let other = seen[key.lowercased()] {
                section.complain(aboutKey: key, "the same name as \(other); keep one")
            } else {
                seen[key.lowercased()] = section.path(key)
            }
        }
    }
}

extension MailboxName {
    /// Parses `ann@example.org`, or `ann` for the given domain.
    static func parse(_ text: String, in domain: String?) throws(Unfit) -> MailboxName {
        guard let at = text.lastIndex(of: "@") else {
            guard let domain else {
                throw Unfit("not a mailbox: \(Quantity.quoted(text)); write it with its domain, like ann@example.org")
            }
            return MailboxName(domain: domain, localPart: try Name.localPart(text))
        }
        let localPart = try Name.localPart(String(text[..<at]))
        return MailboxName(domain: try Name.domain(String(text[text.index(after: at)...])), localPart: localPart)
    }
}
