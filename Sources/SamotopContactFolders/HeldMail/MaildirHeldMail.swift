public import SamotopContacts
public import SamotopCore
public import SamotopDelivery
import Synchronization

/// Held messages in a folder of each mailbox.
///
/// A message that was accepted and is still on its way from the journal isn't there yet when its sender is decided about. What
/// was to become of it is remembered for an hour, and done by ``settleLate(of:)``.
public final class MaildirHeldMail: HeldMail {
    private enum Fate: Sendable { case release, discard }
    private struct Late: Sendable {
        let fate: Fate
        let until: Int64
    }

    private let mailboxes: Mailboxes
    private let folder: FolderName
    private let clock: any WallClock
    private let reader: MessageReader
    private let late = Mutex<[Owner: [String: Late]]>([:])

    private static let lateSeconds: Int64 = 3_600
    /// Of one owner.
    private static let maximumLate = 1_000
    /// How often a folder is read again because its reader renamed a message meanwhile.
    private static let attempts = 3

    /// - Parameter folder: where messages are held.
    public init(
        _ mailboxes: Mailboxes, folder: FolderName = .newContacts, clock: any WallClock = SystemClock()
    ) {
        self.mailboxes = mailboxes
        self.folder = folder
        self.clock = clock
        reader = MessageReader(mailboxes: mailboxes, key: nil)
    }

    public func release(_ envelopes: [String], of owner: Owner) async throws -> Int {
        try await settle(envelopes, of: owner, .release)
    }

    public func discard(_ envelopes: [String], of owner: Owner) async throws -> Int {
        try await settle(envelopes, of: owner, .discard)
    }

    public func content(of envelope: String, of owner: Owner, limit: Int) async throws -> [UInt8]? {
        for message in try await find([envelope], of: owner).map(\.message) {
            if let octets = try await mailboxes.beginning(of: message, limit: limit) { return octets }
        }
        return nil
    }

    /// Does what was decided about messages that came into the folder only afterwards. Returns how many there were.
    @discardableResult
    public func settleLate(of owner: Owner) async throws -> Int {
        let now = clock.now().seconds
        let waiting: [String: Late] = late.withLock { late in
            late[owner] = late[owner]?.filter { now <= $0.value.until }
            if late[owner]?.isEmpty == true { late[owner] = nil }
            return late[owner] ?? [:]
        }
        guard !waiting.isEmpty else { return 0 }
        var count = 0
        for fate in [Fate.release, .discard] {
            let envelopes = Set(waiting.filter { $0.value.fate == fate }.keys)
            let found = try await find(envelopes, of: owner)
            guard !found.isEmpty else { continue }
            count += try await carryOut(fate, found.map(\.message), of: owner)
            late.withLock { late in for (_, envelope) in found { late[owner]?[envelope] = nil } }
        }
        return count
    }

    private func settle(_ envelopes: [String], of owner: Owner, _ fate: Fate) async throws -> Int {
        var missing = Set(envelopes)
        var count = 0
        for _ in 0..<Self.attempts where !missing.isEmpty {
            let found = try await find(missing, of: owner)
            if found.isEmpty { break }
            let settled = try await carryOut(fate, found.map(\.message), of: owner)
            count += settled
            // A reader renames a message when it changes its flags: look again.
            if settled == found.count { missing.subtract(found.map(\.envelope)) }
        }
        remember(missing, of: owner, fate)
        return count
    }

    private func carryOut(_ fate: Fate, _ messages: [FiledMessage], of owner: Owner) async throws -> Int {
        switch fate {
        case .release: try await mailboxes.move(messages, to: nil, of: owner.name)
        case .discard: try await mailboxes.remove(messages)
        }
    }

    private func find(_ envelopes: Set<String>, of owner: Owner) async throws -> [(
        message: FiledMessage, envelope: String
    )] {
        guard mailboxes.knows(owner.name), let contents = try await mailboxes.contents(of: folder, of: owner.name)
        else { return [] }
        var found: [(FiledMessage, String)] = []
        for message in contents.messages {
            if message.envelope != nil {
                if let envelope = envelopes.first(where: message.isOf(envelope:)) { found.append((message, envelope)) }
            } else if case .held(let envelope)? = try await reader.subject(of: message, trustsName: false),
                envelopes.contains(envelope)
            {
                found.append((message, envelope))
            }
        }
        return found
    }

    private func remember(_ envelopes: Set<String>, of owner: Owner, _ fate: Fate) {
        guard !envelopes.isEmpty else { return }
        let until = clock.now().seconds + Self.lateSeconds
        late.withLock { late in
            for envelope in envelopes where (late[owner]?.count ?? 0) < Self.maximumLate {
                late[owner, default: [:]][envelope] = Late(fate: fate, until: until)
            }
        }
    }
}
