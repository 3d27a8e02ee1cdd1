public import SamotopCore
public import SMTP

/// Which addresses are ours and where their mail goes, from fixed tables.
///
/// A mailbox's folder comes from the tables alone: no octet of an address that a peer sent ever becomes part of a path.
public struct Directory: Sendable {
    /// How many aliases may stand in a row.
    public static let deepestAlias = 32

    private let matching: LocalPartMatching
    let domains: [DomainName: DomainTable]
    let postmaster: Destination
    /// Folders by mailbox name.
    let folders: [String: MailboxFolder]
    /// Names of mailboxes whose Maildirs are made when the first mail comes.
    let madeWhenNeeded: Set<String>
    /// Of those that may not hold as much as there is room for.
    let quotas: [String: MailboxQuota]
    /// Of mailboxes whose mail is handed to something else.
    let handed: [String: HandedMailbox]

    /// Builds the directory and checks all of it.
    ///
    /// - Parameters:
    ///   - domains: our domains, compared without regard to ASCII case.
    ///   - mailboxes: addresses with a mailbox.
    ///   - aliases: addresses that stand for others.
    ///   - patterns: many addresses by convention. What has an entry of its own is of no pattern, and no address may be of two.
    ///   - catchAlls: who gets what nobody claimed; one entry a domain.
    ///   - allowsForwarding: aliases may lead to addresses of other domains, ``Destination/remote(_:)``: there is a queue that takes
    ///     them.
    ///   - postmaster: the name of the mailbox that answers `<postmaster>`, and `postmaster@` each domain that has no
    ///     such entry of its own (RFC 5321 §4.5.1); and so `abuse@` (RFC 2142 §4). Its mail stays here: what nothing else takes needs a place.
    ///   - matching: how local-parts are compared.
    public init(
        domains: [DomainName], mailboxes: [MailboxEntry], aliases: [AliasEntry] = [],
        patterns: [PatternEntry] = [], catchAlls: [CatchAllEntry] = [], allowsForwarding: Bool = false,
        postmaster: String, matching: LocalPartMatching = .ignoringASCIICase
    ) throws(DirectoryError) {
        var folders: [String: MailboxFolder] = [:]
        var names: [MailboxFolder: String] = [:]
        var madeWhenNeeded: Set<String> = []
        var quotas: [String: MailboxQuota] = [:]
        var handed: [String: HandedMailbox] = [:]
        var tables: [DomainName: [[UInt8]: [Destination]]] = [:]
        for domain in domains { tables[domain] = [:] }
        for entry in mailboxes {
            let place = try Self.place(entry.address, in: tables, matching)
            guard tables[place.domain]?[place.key] == nil else { throw .duplicate(entry: entry.address) }
            guard Self.isFit(entry.name) else { throw .unfitName(entry: entry.address) }
            guard let folder = MailboxFolder(entry.folder) else { throw .unfitFolder(entry: entry.address) }
            guard folders[entry.name] ?? folder == folder, names[folder] ?? entry.name == entry.name else {
                throw .ambiguousFolder(entry: entry.address)
            }
            guard folders[entry.name] == nil || handed[entry.name]?.handover == entry.handover else {
                throw .ambiguousHandover(entry: entry.address)
            }
            if let handover = entry.handover, handed[entry.name] == nil {
                handed[entry.name] = HandedMailbox(name: entry.name, address: entry.address, handover: handover)
            }
            folders[entry.name] = folder
            names[folder] = entry.name
            if let quota = entry.quota { quotas[entry.name] = quota }
            if entry.isMadeWhenNeeded || entry.handover != nil { madeWhenNeeded.insert(entry.name) }
            tables[place.domain]?[place.key] = [.mailbox(entry.name)]
        }
        guard folders[postmaster] != nil else { throw .unknownPostmaster(name: postmaster) }
        guard handed[postmaster] == nil else { throw .handedPostmaster(name: postmaster) }
        var resolver = AliasResolver(matching: matching, allowsForwarding: allowsForwarding)
        for alias in aliases {
            let place = try Self.place(alias.address, in: tables, matching)
            guard tables[place.domain]?[place.key] == nil, resolver.add(alias, at: place) else {
                throw .duplicate(entry: alias.address)
            }
        }
        let resolved = try resolver.resolveAll(into: tables)
        var domains = resolved.mapValues { DomainTable(names: $0) }
        for entry in patterns { try Self.add(entry, to: &domains, resolved, resolver, matching) }
        for entry in catchAlls { try Self.add(entry, to: &domains, resolved, resolver, matching) }
        self.domains = domains
        self.postmaster = .mailbox(postmaster)
        self.folders = folders
        self.madeWhenNeeded = madeWhenNeeded
        self.quotas = quotas
        self.handed = handed
        self.matching = matching
    }

    /// Says where mail for a forward-path goes. Never waits.
    public func answer(for path: ForwardPath) -> DirectoryAnswer { outcome(for: path).answer }

    /// The same, and which row says it.
    public func outcome(for path: ForwardPath) -> DirectoryOutcome {
        switch path {
        case .postmaster:
            // RFC 5321 §4.5.1: "RCPT TO:<Postmaster>", with no domain, is always answered.
            return DirectoryOutcome(answer: .destinations([postmaster]), reason: .role)
        case .mailbox(let mailbox):
            guard case .name(let name) = mailbox.domain, let table = domains[name] else {
                return DirectoryOutcome(answer: .notLocal, reason: .foreign)
            }
            let content = mailbox.localPart.content
            let (destinations, reason) = table.find(content, matching)
            if let destinations { return DirectoryOutcome(answer: .destinations(destinations), reason: reason) }
            // RFC 5321 §4.5.1: postmaster in any case, whatever the matching.
            guard Self.roles.contains(Self.key(content, .ignoringASCIICase)) else {
                return DirectoryOutcome(answer: .unknownMailbox, reason: reason)
            }
            return DirectoryOutcome(answer: .destinations([postmaster]), reason: .role)
        }
    }

    /// Whether an address has an owner only since somebody gets what nobody claimed.
    public func isUnclaimed(_ address: Mailbox) -> Bool { outcome(for: .mailbox(address)).reason == .everyoneElse }

    /// Whether the address's domain has somebody asked about each new name: then no answer is to tell which names there are.
    public func asksAboutNames(inDomainOf address: Mailbox) -> Bool {
        guard case .name(let name) = address.domain else { return false }
        return domains[name]?.asksAboutNames ?? false
    }

    /// Whether an address has an owner only since nobody claimed it, and they are asked about each such name before its first mail
    /// comes in.
    public func asksAboutName(of address: Mailbox) -> Bool {
        guard case .name(let name) = address.domain, let table = domains[name], table.asksAboutNames else {
            return false
        }
        return table.find(address.localPart.content, matching).reason == .everyoneElse
    }

    /// An address's place in the tables.
    struct Place: Hashable {
        let domain: DomainName
        let key: [UInt8]
    }

    static func place(
        _ address: Mailbox, in tables: [DomainName: [[UInt8]: [Destination]]], _ matching: LocalPartMatching
    ) throws(DirectoryError) -> Place {
        guard case .name(let name) = address.domain, tables[name] != nil else { throw .foreignDomain(entry: address) }
        return Place(domain: name, key: key(address.localPart.content, matching))
    }

    static func key(_ content: [UInt8], _ matching: LocalPartMatching) -> [UInt8] {
        switch matching {
        case .exact: content
        case .ignoringASCIICase: content.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        }
    }

    private static func add(
        _ entry: PatternEntry, to domains: inout [DomainName: DomainTable],
        _ names: [DomainName: [[UInt8]: [Destination]]], _ resolver: AliasResolver, _ matching: LocalPartMatching
    ) throws(DirectoryError) {
        guard let table = domains[entry.domain] else { throw .foreignPattern(entry.pattern.text) }
        for other in table.patterns {
            if let example = PatternOverlap.example(entry.pattern, other.pattern, matching) {
                throw .overlap(entry.pattern.text, other.pattern.text, example: example)
            }
        }
        var folder: Int?
        if let field = entry.folderField {
            folder = entry.pattern.fields.firstIndex(of: field)
            guard folder != nil else { throw .unknownField(entry.pattern.text, field: field) }
        }
        let destinations = try resolver.destinations(of: entry.targets, for: entry.pattern.text, in: names)
        domains[entry.domain]?.patterns.append(
            DomainTable.PatternRow(pattern: entry.pattern, destinations: destinations, folder: folder))
    }

    private static func add(
        _ entry: CatchAllEntry, to domains: inout [DomainName: DomainTable],
        _ names: [DomainName: [[UInt8]: [Destination]]], _ resolver: AliasResolver, _ matching: LocalPartMatching
    ) throws(DirectoryError) {
        let words = "everyone else of \(String(decoding: entry.domain.bytes, as: UTF8.self))"
        guard domains[entry.domain] != nil else { throw .foreignPattern(words) }
        for name in entry.exceptions where names[entry.domain]?[key(name.content, matching)] != nil {
            // A name comes first, so it would change nothing.
            throw .duplicate(entry: Mailbox(localPart: name, domain: .name(entry.domain)))
        }
        if !entry.targets.isEmpty {
            domains[entry.domain]?.others = try resolver.destinations(of: entry.targets, for: words, in: names)
        }
        domains[entry.domain]?.asksAboutNames = entry.asksAboutNames
        domains[entry.domain]?.nobody = Set(entry.exceptions.map { key($0.content, matching) })
    }

    /// Local-parts that are always answered: by the postmaster, if nobody else has them.
    static let roles: Set<[UInt8]> = [Array("postmaster".utf8), Array("abuse".utf8)]

    private static func isFit(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
