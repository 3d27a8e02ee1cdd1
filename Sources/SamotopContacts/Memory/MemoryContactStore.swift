public import SamotopCore
import Synchronization

/// Contacts in memory: for those who embed without a disk, and for tests. What it knows is gone when the process ends.
public final class MemoryContactStore: ContactStore {
    fileprivate struct State {
        var books: [Owner: MemoryBook] = [:]
        var count = 0
        var waiting = 0
        var version: Int64 = 0
    }

    private let state = Mutex(State())
    private let maximum: Int

    /// - Parameter maximum: contacts in all; a new one over it is ``ContactStoreError/insufficientStorage(cause:)``.
    public init(maximum: Int = 1_000_000) { self.maximum = maximum }

    public func contacts(of owner: Owner, about correspondents: [Correspondent]) async throws -> [Contact] {
        state.withLock { state in
            guard let book = state.books[owner] else { return [] }
            return Set(correspondents).compactMap { book.contacts[$0] }
        }
    }

    public func contact(_ id: ContactID, of owner: Owner) async throws -> Contact? {
        state.withLock { state in
            guard let book = state.books[owner] else { return nil }
            return book.ids[id].flatMap { book.contacts[$0] }
        }
    }

    public func contacts(of owner: Owner, matching query: ContactQuery) async throws -> [Contact] {
        let all = state.withLock { $0.books[owner]?.contacts } ?? [:]
        return query.page(of: all.values)
    }

    public func counts(of owner: Owner) async throws -> [Contact.State: Int] {
        state.withLock { $0.books[owner]?.counts ?? [:] }
    }

    public func owners() async throws -> [Owner] {
        state.withLock { $0.books.keys.sorted() }
    }

    @discardableResult
    public func change(
        _ correspondent: Correspondent, of owner: Owner, _ change: @Sendable @escaping (Contact?) -> Contact?
    ) async throws -> Contact? {
        try state.withLock { state in
            let known = state.books[owner]?.contacts[correspondent]
            let changed = change(known)
            if let changed, changed.owner != owner || changed.correspondent != correspondent {
                throw ContactStoreError.failed(cause: "a change made another contact of it")
            }
            guard changed != known else { return known }
            if known == nil, state.count >= maximum {
                throw ContactStoreError.insufficientStorage(cause: "\(maximum) contacts")
            }
            state.put(changed, about: correspondent, of: owner)
            return changed
        }
    }

    public func file(
        _ request: ContactRequest, from correspondent: Correspondent, identity: Identity, of owner: Owner,
        within limits: RequestLimits
    ) async throws -> Filing {
        state.withLock { state in
            if var known = state.books[owner]?.contacts[correspondent] {
                known.request = request.keepingHeld(of: known.request)
                known.attempts = known.attempts.addingWithoutOverflow(1)
                known.lastSeen = request.time
                state.put(known, about: correspondent, of: owner)
                return .known(known)
            }
            let hasRoom = state.books[owner]?.hasRoom(for: request, from: correspondent, within: limits) ?? true
            guard hasRoom, state.count < maximum else { return .overLimit }
            var expired = 0
            while let oldest = state.oldest(of: owner, within: limits) {
                state.put(nil, about: oldest, of: owner)
                expired += 1
            }
            guard state.waiting < limits.total else { return .overLimit }
            let contact = Contact(
                id: .random(), owner: owner, correspondent: correspondent, state: .waiting, identity: identity,
                request: request, firstSeen: request.time, lastSeen: request.time, attempts: 1)
            state.put(contact, about: correspondent, of: owner)
            return .filed(contact, expired: expired)
        }
    }

    public func noteDeliveries(_ deliveries: [Delivery]) async throws {
        state.withLock { state in
            for delivery in deliveries {
                state.books[delivery.owner]?.note(delivery)
            }
        }
    }

    public func expire(waitingSince moment: Timestamp, limit: Int) async throws -> [Contact] {
        state.withLock { state in
            var expired: [Contact] = []
            for book in state.books.values {
                for contact in book.contacts.values where contact.state == .waiting && contact.firstSeen < moment {
                    guard expired.count < limit else { break }
                    expired.append(contact)
                }
            }
            for contact in expired { state.put(nil, about: contact.correspondent, of: contact.owner) }
            return expired
        }
    }

    public func version() async throws -> Int64 { state.withLock { $0.version } }
}

extension MemoryContactStore.State {
    /// Whom the owner's share of strangers, or the store's, asks to leave before one more is filed.
    fileprivate mutating func oldest(of owner: Owner, within limits: RequestLimits) -> Correspondent? {
        let own = books[owner]?.waiting.count ?? 0
        // One owner's strangers never drive out another's.
        guard own > 0, own >= limits.perOwner || waiting >= limits.total else { return nil }
        return books[owner]?.waiting.oldest()
    }

    /// The one place where contacts come, change and go.
    fileprivate mutating func put(_ contact: Contact?, about correspondent: Correspondent, of owner: Owner) {
        var book = books.removeValue(forKey: owner) ?? MemoryBook()
        count -= book.contacts.count
        waiting -= book.waiting.count
        book.put(contact, about: correspondent)
        count += book.contacts.count
        waiting += book.waiting.count
        if !book.contacts.isEmpty { books[owner] = book }
        version &+= 1
    }
}

extension ContactRequest {
    /// This request, with what is held for an earlier one; at most 100 messages, the latest.
    func keepingHeld(of earlier: ContactRequest?) -> ContactRequest {
        guard let earlier, !earlier.held.isEmpty else { return self }
        var request = self
        request.held = Array((earlier.held.filter { !held.contains($0) } + held).suffix(100))
        return request
    }
}

extension Int {
    /// The sum, or the largest number when it is too large.
    func addingWithoutOverflow(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
