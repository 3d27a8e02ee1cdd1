import SamotopContacts
import SamotopCore
import Synchronization

/// A store that is as good as gone from a call on: what a killed process has left behind is what was done before.
final class StoppingStore: ContactStore {
    private struct Stopped: Error {}
    private let base: any ContactStore
    private let left: Mutex<Int>
    private let beforeContact: @Sendable () async throws -> Void

    /// - Parameter beforeContact: what somebody else does just before one contact is read.
    init(
        _ base: any ContactStore, after calls: Int = .max,
        beforeContact: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.base = base
        left = Mutex(calls)
        self.beforeContact = beforeContact
    }

    private func enter() throws {
        let isStopped = left.withLock { left in
            left -= 1
            return left < 0
        }
        if isStopped { throw Stopped() }
    }

    func contacts(of owner: Owner, about correspondents: [Correspondent]) async throws -> [Contact] {
        try enter()
        return try await base.contacts(of: owner, about: correspondents)
    }
    func contact(_ id: ContactID, of owner: Owner) async throws -> Contact? {
        try enter()
        try await beforeContact()
        return try await base.contact(id, of: owner)
    }
    func contacts(of owner: Owner, matching query: ContactQuery) async throws -> [Contact] {
        try enter()
        return try await base.contacts(of: owner, matching: query)
    }
    func counts(of owner: Owner) async throws -> [Contact.State: Int] {
        try enter()
        return try await base.counts(of: owner)
    }
    func owners() async throws -> [Owner] {
        try enter()
        return try await base.owners()
    }
    func change(
        _ correspondent: Correspondent, of owner: Owner, _ change: @Sendable @escaping (Contact?) -> Contact?
    ) async throws -> Contact? {
        try enter()
        let changed = try await base.change(correspondent, of: owner, change)
        // Written, and stopped before anybody heard of it.
        try enter()
        return changed
    }
    func file(
        _ request: ContactRequest, from correspondent: Correspondent, identity: Identity, of owner: Owner,
        within limits: RequestLimits
    ) async throws -> Filing {
        try enter()
        return try await base.file(request, from: correspondent, identity: identity, of: owner, within: limits)
    }
    func noteDeliveries(_ deliveries: [Delivery]) async throws { try await base.noteDeliveries(deliveries) }
    func expire(waitingSince moment: Timestamp, limit: Int) async throws -> [Contact] {
        try await base.expire(waitingSince: moment, limit: limit)
    }
    func version() async throws -> Int64 {
        try enter()
        return try await base.version()
    }
}
