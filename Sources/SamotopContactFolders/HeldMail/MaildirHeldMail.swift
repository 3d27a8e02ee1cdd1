public import SamotopContacts
public import SamotopDelivery

/// Held messages in a folder of each mailbox.
public struct MaildirHeldMail: HeldMail {
    private let mailboxes: Mailboxes
    private let folder: FolderName
    private let reader: MessageReader

    /// How often a folder is read again because its reader renamed a message meanwhile.
    private static let attempts = 3

    /// - Parameter folder: where messages are held.
    public init(_ mailboxes: Mailboxes, folder: FolderName = .newContacts) {
        self.mailboxes = mailboxes
        self.folder = folder
        reader = MessageReader(mailboxes: mailboxes, key: nil)
    }

    public func release(_ envelopes: [String], of owner: Owner) async throws -> Int {
        try await settle(envelopes, of: owner) { try await mailboxes.move($0, to: nil, of: owner.name) }
    }

    public func discard(_ envelopes: [String], of owner: Owner) async throws -> Int {
        try await settle(envelopes, of: owner) { try await mailboxes.remove($0) }
    }

    public func content(of envelope: String, of owner: Owner, limit: Int) async throws -> [UInt8]? {
        for message in try await find([envelope], of: owner) {
            if let octets = try await mailboxes.beginning(of: message, limit: limit) { return octets }
        }
        return nil
    }

    /// Names change under our hands when a reader changes flags: what was found and couldn't be settled is looked for again.
    private func settle(
        _ envelopes: [String], of owner: Owner, _ carryOut: ([FiledMessage]) async throws -> Int
    ) async throws -> Int {
        var count = 0
        for _ in 0..<Self.attempts {
            let found = try await find(Set(envelopes), of: owner)
            if found.isEmpty { break }
            count += try await carryOut(found)
        }
        return count
    }

    private func find(_ envelopes: Set<String>, of owner: Owner) async throws -> [FiledMessage] {
        guard mailboxes.knows(owner.name), let contents = try await mailboxes.contents(of: folder, of: owner.name)
        else { return [] }
        var found: [FiledMessage] = []
        for message in contents.messages {
            if message.envelope != nil {
                if envelopes.contains(where: message.isOf(envelope:)) { found.append(message) }
            } else if case .held(let envelope)? = try await reader.subject(of: message, trustsName: false),
                envelopes.contains(envelope)
            {
                found.append(message)
            }
        }
        return found
    }
}
