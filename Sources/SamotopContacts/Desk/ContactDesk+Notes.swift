import SamotopCore

extension ContactDesk {
    /// Writes down why, and decides nothing: the latest decision gets this note instead of its own, and who only waits goes on
    /// waiting, for as long as without it. Returns the contact; nil when the owner has none.
    ///
    /// - Parameter note: at most 500 characters; empty: none.
    @discardableResult
    public func annotate(_ correspondent: Correspondent, of owner: Owner, note: String, by maker: String) async throws
        -> Contact?
    {
        guard let before = try await contact(about: correspondent, of: owner) else { return nil }
        let changed = try await store.change(before.correspondent, of: owner) { contact in
            guard var contact else { return nil }
            contact.annotate(note, by: maker)
            return contact
        }
        if let changed, changed.note != before.note {
            try await record(changed, "noted", maker, changed.note, clock.now())
        }
        return changed
    }
}

extension Contact {
    /// What was noted of it; empty: nothing.
    public var note: String { decision?.note ?? "" }

    /// What was noted while nobody had decided: it is kept as a decision to let it wait, made when it was first heard of, so
    /// that its time to be answered in stays the same.
    public var earlyNote: ContactDecision? {
        decision.flatMap { $0.previous == .waiting && $0.state == .waiting && $0.time == firstSeen ? $0 : nil }
    }

    fileprivate mutating func annotate(_ note: String, by maker: String) {
        if let decision, earlyNote == nil {
            self.decision = ContactDecision(
                previous: decision.previous, state: decision.state, maker: decision.maker, time: decision.time,
                note: note)
        } else {
            decision =
                note.isEmpty
                ? nil : ContactDecision(previous: state, state: state, maker: maker, time: firstSeen, note: note)
        }
    }
}
