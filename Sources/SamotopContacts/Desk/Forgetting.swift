import SamotopCore

/// What became of a contact that its owner wanted to forget.
public enum Forgetting: Sendable, Hashable {
    /// There was none.
    case unknown
    /// There is none any more.
    case forgotten
    /// Its mail is held, so it waits for the owner's word like any stranger's.
    case waits(Contact)
}

extension Contact {
    /// What is left when it is forgotten: nil, or a stranger whose mail is held.
    func stranger(since moment: Timestamp) -> Contact? {
        guard let request, !request.held.isEmpty else { return nil }
        return Contact(
            id: id, owner: owner, correspondent: correspondent, state: .waiting, identity: identity, request: request,
            firstSeen: moment, lastSeen: moment)
    }
}
