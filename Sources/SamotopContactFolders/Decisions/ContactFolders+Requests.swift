import SamotopContacts
import SamotopCore
import SamotopDelivery

/// From the store to the folder: one request message for each contact that waits.
extension ContactFolders {
    func showRequests(_ here: [Recognised], _ owner: Owner, _ memory: inout FolderMemory) async throws {
        // Asked again: decisions were taken since.
        let waiting = try await contacts(of: owner, in: [.waiting])
        let wanted = Set(waiting.map(\.id))
        memory.waiting = Set(waiting.prefix(max(0, settings.maximumRequests)).map(\.id))
        memory.dismissed.formIntersection(wanted)
        var shown: Set<ContactID> = []
        var surplus: [FiledMessage] = []
        for found in here {
            guard case .request(let id) = found.subject else { continue }
            // One for each, also when a reader made copies.
            if wanted.contains(id), shown.insert(id).inserted { continue }
            surplus.append(found.message)
            if !wanted.contains(id) { memory.seen[found.subject] = nil }
        }
        try await mailboxes.remove(surplus)
        let missing = waiting.filter {
            // What was there a moment ago and isn't now waits for its meaning.
            !shown.contains($0.id) && memory.seen[.request($0.id)] == nil && !memory.dismissed.contains($0.id)
        }
        let messages = missing.prefix(max(0, settings.maximumRequests - shown.count)).map { contact in
            RequestMessage(contact: contact, settings: settings, sender: sender, key: key).message
                .received(for: .folder(settings.waiting.text, of: owner.name))
        }
        guard !messages.isEmpty else { return }
        try await deliver(messages)
        // From now on their absence means something.
        let now = clock.now().seconds
        for message in try await mailboxes.contents(of: settings.waiting, of: owner.name)?.messages ?? [] {
            guard let id = message.envelope.flatMap(RequestMessage.contact), wanted.contains(id) else { continue }
            memory.seen[.request(id)] = FolderMemory.Seen(inode: message.inode, last: now)
        }
    }
}
