public import SamotopCore
import Synchronization

/// A store with the answers at hand that were asked for lately, those that there is no such contact among them.
///
/// What goes through it shows at once; what others write, within the time between two ``refresh()``, which ask for the
/// store's version. Counts of deliveries wait in it for ``flush()``.
public final class CachedContacts: ContactStore {
    private struct Key: Hashable {
        let owner: Owner
        let correspondent: Correspondent
    }

    private struct State {
        var contacts: GenerationCache<Key, Contact?>
        /// Whether an owner has a welcome contact at a domain.
        var neighbours: GenerationCache<Key, Bool>
        /// Grows with every change: an answer that was asked for before one isn't kept.
        var epoch: UInt64 = 0
        var version: Int64?
        var deliveries: [Key: Delivery] = [:]
        var dropped = 0
    }

    /// Contacts whose deliveries wait to be counted; those of more are not counted.
    static let maximumDeliveries = 10_000

    private let store: any ContactStore
    private let state: Mutex<State>

    /// - Parameter capacity: answers that are kept.
    public init(_ store: any ContactStore, capacity: Int = 100_000) {
        self.store = store
        state = Mutex(
            State(contacts: GenerationCache(capacity: capacity), neighbours: GenerationCache(capacity: capacity / 4)))
    }

    /// The owner's contacts about any of these. Doesn't wait when all answers are at hand.
    func known(of owner: Owner, about correspondents: [Correspondent]) async throws -> KnownContacts {
        var found = KnownContacts()
        var missing: [Correspondent] = []
        let epoch = state.withLock { state in
            for correspondent in correspondents {
                guard let answer = state.contacts.value(Key(owner: owner, correspondent: correspondent)) else {
                    missing.append(correspondent)
                    continue
                }
                if let answer { found.add(answer) }
            }
            return state.epoch
        }
        guard !missing.isEmpty else { return found }
        for contact in try await store.contacts(of: owner, about: missing) { found.add(contact) }
        state.withLock { state in
            guard state.epoch == epoch else { return }
            for correspondent in missing {
                state.contacts.insert(found[correspondent], Key(owner: owner, correspondent: correspondent))
            }
        }
        return found
    }

    /// Whether the owner has a welcome contact at the domain of this address.
    func hasWelcomeNeighbour(of address: SenderAddress, with owner: Owner) async throws -> Bool {
        guard let domain = address.lookups.dropFirst().first else { return false }
        let key = Key(owner: owner, correspondent: domain)
        let (known, epoch) = state.withLock { ($0.neighbours.value(key), $0.epoch) }
        if let known { return known }
        let query = ContactQuery(states: [.welcome], text: "@" + domain.text, limit: 1)
        let answer = try await !store.contacts(of: owner, matching: query).isEmpty
        state.withLock { state in
            if state.epoch == epoch { state.neighbours.insert(answer, key) }
        }
        return answer
    }

    /// Lets go of the answers when the store has changed.
    public func refresh() async throws {
        let version = try await store.version()
        state.withLock { state in
            defer { state.version = version }
            guard state.version != version else { return }
            state.epoch &+= 1
            state.contacts.removeAll()
            state.neighbours.removeAll()
        }
    }

    /// Writes the counts of deliveries.
    public func flush() async throws {
        let waiting = state.withLock { state in
            defer { state.deliveries = [:] }
            return Array(state.deliveries.values)
        }
        guard !waiting.isEmpty else { return }
        try await store.noteDeliveries(waiting)
    }

    /// Deliveries that weren't counted, because too many waited.
    public var uncounted: Int { state.withLock { $0.dropped } }

    private func forget(_ correspondent: Correspondent, of owner: Owner, neighbours: Bool) {
        state.withLock { state in
            state.epoch &+= 1
            state.contacts.remove(Key(owner: owner, correspondent: correspondent))
            if neighbours { state.neighbours.removeAll() }
        }
    }

    // MARK: ContactStore

    public func contacts(of owner: Owner, about correspondents: [Correspondent]) async throws -> [Contact] {
        try await known(of: owner, about: correspondents).all
    }

    public func contact(_ id: ContactID, of owner: Owner) async throws -> Contact? {
        try await store.contact(id, of: owner)
    }

    public func contacts(of owner: Owner, matching query: ContactQuery) async throws -> [Contact] {
        try await store.contacts(of: owner, matching: query)
    }

    public func counts(of owner: Owner) async throws -> [Contact.State: Int] { try await store.counts(of: owner) }

    public func owners() async throws -> [Owner] { try await store.owners() }

    @discardableResult
    public func change(
        _ correspondent: Correspondent, of owner: Owner, _ change: @Sendable @escaping (Contact?) -> Contact?
    ) async throws -> Contact? {
        // Also when it throws: nobody knows what is written then.
        defer { forget(correspondent, of: owner, neighbours: true) }
        return try await store.change(correspondent, of: owner, change)
    }

    public func file(
        _ request: ContactRequest, from correspondent: Correspondent, identity: Identity, of owner: Owner,
        within limits: RequestLimits
    ) async throws -> Filing {
        defer { forget(correspondent, of: owner, neighbours: false) }
        // Those who expire for it are seen as waiting until the next refresh, which harms nobody.
        return try await store.file(request, from: correspondent, identity: identity, of: owner, within: limits)
    }

    public func noteDeliveries(_ deliveries: [Delivery]) async throws { note(deliveries) }

    /// The same, at once.
    func note(_ deliveries: [Delivery]) {
        state.withLock { state in
            for delivery in deliveries {
                let key = Key(owner: delivery.owner, correspondent: delivery.correspondent)
                if var waiting = state.deliveries[key] {
                    waiting.count = waiting.count.addingWithoutOverflow(delivery.count)
                    waiting.time = max(waiting.time, delivery.time)
                    state.deliveries[key] = waiting
                } else if state.deliveries.count < Self.maximumDeliveries {
                    state.deliveries[key] = delivery
                } else {
                    state.dropped = state.dropped.addingWithoutOverflow(delivery.count)
                }
            }
        }
    }

    public func expire(waitingSince moment: Timestamp, limit: Int) async throws -> [Contact] {
        let expired = try await store.expire(waitingSince: moment, limit: limit)
        for contact in expired { forget(contact.correspondent, of: contact.owner, neighbours: false) }
        return expired
    }

    public func version() async throws -> Int64 { try await store.version() }
}
