public import SMTP
import SamotopCore

/// What became of an import.
public struct ImportOutcome: Sendable, Hashable {
    /// Contacts that weren't there.
    public var added = 0
    /// Contacts that changed.
    public var changed = 0
    /// Contacts that stay as they were decided before.
    public var kept = 0

    /// Nothing yet.
    public init() {}
}

extension ContactDesk {
    /// Brings contacts of a file into the owner's book: an address book, or an export of ours.
    ///
    /// - Parameters:
    ///   - state: of entries for which the file doesn't say.
    ///   - replaces: whether the file's word counts more than an earlier decision. Who only waits is decided about in any case.
    public func apply(
        _ entries: [ContactEntry], of owner: Owner, state: Contact.State = .welcome, replaces: Bool = false
    ) async throws -> ImportOutcome {
        var outcome = ImportOutcome()
        for entry in entries {
            let known = try await contact(about: entry.correspondent, of: owner)
            let decided = try await decide(
                entry.state ?? state, about: entry.correspondent, of: owner, by: "import",
                note: entry.note.isEmpty ? nil : entry.note,
                identity: entry.identity, from: replaces ? Set(Contact.State.allCases) : Self.undecided)
            if known == nil {
                outcome.added += 1
            } else if known?.decision != decided?.decision {
                outcome.changed += 1
            } else {
                outcome.kept += 1
            }
        }
        return outcome
    }

    /// All the owner's contacts as a table; see ``ContactExport``.
    public func export(of owner: Owner, in states: Set<Contact.State> = Set(Contact.State.allCases)) async throws
        -> [UInt8]
    {
        var export = ContactExport()
        var offset = 0
        while true {
            let query = ContactQuery(states: states, order: .name, offset: offset, limit: 1_000)
            let page = try await contacts(of: owner, matching: query)
            for contact in page { export.add(contact) }
            guard page.count == query.limit else { return export.octets }
            offset += page.count
        }
    }

    /// Whom the owner writes to is welcome: those who weren't decided about. At most 1,000 at a time. Returns how many became it.
    @discardableResult
    public func welcomeCorrespondents(_ recipients: [Mailbox], of owner: Owner) async throws -> Int {
        var count = 0
        for correspondent in Set(recipients.prefix(1_000).map(Correspondent.address)) {
            let known = try await contact(about: correspondent, of: owner)
            guard known.map({ Self.undecided.contains($0.state) }) ?? true else { continue }
            try await decide(
                .welcome, about: correspondent, of: owner, by: "policy", note: "the owner wrote to it",
                from: Self.undecided)
            count += 1
        }
        return count
    }

    /// Takes a sender's word that it is this contact, though nothing proves it: from now on the contact is bound to the
    /// network of its latest try. Nil when there was none.
    @discardableResult
    public func acceptClaim(_ contact: Contact, by maker: String) async throws -> Contact? {
        guard let request = contact.request, request.isUnprovenClaim, !request.network.isEmpty else { return nil }
        return try await decide(
            .welcome, about: contact.correspondent, of: contact.owner, by: maker,
            note: "accepted without proof", identity: Identity(.network(request.network)))
    }

    /// Looks again at held messages that were on their way when their sender was decided about.
    public func settle(_ arrivals: HeldArrivals) async throws {
        let due = arrivals.take(before: Timestamp(seconds: clock.now().seconds &- Self.settlingTime))
        for (index, arrival) in due.enumerated() {
            do {
                let contact = try await contact(about: arrival.correspondent, of: arrival.owner)
                switch contact?.state {
                case .welcome: try await held?.release([arrival.envelope], of: arrival.owner)
                case .blocked: try await held?.discard([arrival.envelope], of: arrival.owner)
                case .waiting, .held, nil: continue
                }
            } catch {
                arrivals.put(back: due[index...])
                throw error
            }
        }
    }

    private static let undecided: Set<Contact.State> = [.waiting, .held]

    /// Seconds within which a message that was held is in its folder.
    static let settlingTime: Int64 = 60
}
