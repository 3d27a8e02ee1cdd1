public import SamotopContacts
import SamotopCore
import SamotopDelivery

/// From the folders to the store: what was moved, or removed, is decided.
extension ContactFolders {
    /// A message that was recognised.
    struct Recognised {
        let message: FiledMessage
        let subject: MessageSubject
    }

    /// One look at a mailbox: takes decisions from its folders, then makes its request messages what the store says.
    public func look(at owner: Owner) async throws {
        let contacts = try await contacts(of: owner, in: [.waiting, .held])
        if contacts.contains(where: { $0.state == .waiting }) { try await makeFolders(of: owner) }
        // Heard first and read then: nothing falls between.
        await listen(to: owner)
        guard let folder = try await mailboxes.contents(of: settings.waiting, of: owner.name) else {
            memories[owner] = nil
            return
        }
        var memory = memories[owner] ?? FolderMemory(identity: folder.identity)
        if memory.identity != folder.identity { memory = FolderMemory(identity: folder.identity) }
        let files = memory.files
        memory.files = [:]
        // Where messages come from is read before where they go to: whatever moves meanwhile is seen at least once.
        let here = try await recognise(folder.messages, files, &memory)
        let undecided = UndecidedContacts(contacts)
        for (folder, state) in [(settings.welcome, Contact.State.welcome), (settings.blocked, .blocked)] {
            let moved = try await mailboxes.contents(of: folder, of: owner.name)?.messages ?? []
            for found in try await recognise(moved, files, &memory) {
                try await take(found, state, undecided, here, &memory)
            }
        }
        try await noteMissing(here, undecided, owner, &memory)
        try await finishDecisions(here, undecided, owner, &memory)
        try await showRequests(here, owner, &memory)
        memories[owner] = memory
    }

    /// Moves or removes what is held for contacts that are decided about: whoever decided was stopped halfway.
    private func finishDecisions(
        _ here: [Recognised], _ undecided: UndecidedContacts, _ owner: Owner, _ memory: inout FolderMemory
    ) async throws {
        var left: Set<String> = []
        for found in here {
            if case .held(let envelope) = found.subject, undecided[found.subject] == nil { left.insert(envelope) }
        }
        let unknown = left.subtracting(memory.left)
        if !unknown.isEmpty {
            for contact in try await self.contacts(of: owner, in: [.welcome, .blocked]) {
                let envelopes = (contact.request?.held ?? []).filter(unknown.contains)
                guard !envelopes.isEmpty else { continue }
                if contact.state == .welcome {
                    _ = try await held.release(envelopes, of: owner)
                } else {
                    _ = try await held.discard(envelopes, of: owner)
                }
            }
        }
        memory.left = left
    }

    private func makeFolders(of owner: Owner) async throws {
        for folder in [settings.waiting, settings.welcome, settings.blocked] {
            try await mailboxes.makeFolder(folder, of: owner.name)
        }
    }

    private func recognise(
        _ messages: [FiledMessage], _ known: [FolderMemory.File: MessageSubject?], _ memory: inout FolderMemory
    ) async throws -> [Recognised] {
        var recognised: [Recognised] = []
        for message in messages {
            let file = FolderMemory.File(message)
            let subject: MessageSubject?
            if let read = known[file] {
                subject = read
            } else {
                subject = try await reader.subject(of: message, trustsName: message.folder == settings.waiting)
            }
            memory.files[file] = .some(subject)
            if let subject { recognised.append(Recognised(message: message, subject: subject)) }
        }
        return recognised
    }

    // MARK: moved

    /// Decides by a message in the folder of the welcome or the blocked ones, and puts it where it belongs.
    private func take(
        _ found: Recognised, _ state: Contact.State, _ undecided: UndecidedContacts, _ here: [Recognised],
        _ memory: inout FolderMemory
    ) async throws {
        let isDecided = try await decide(state, found.subject, undecided, Owner(found.message.mailbox))
        switch found.subject {
        case .request:
            // Also when there is nothing to decide any more.
            try await mailboxes.remove([found.message])
        case .held:
            // Any other message in these folders is its owner's affair.
            guard isDecided else { return }
            if state == .welcome {
                try await moveToInbox(found, here)
            } else {
                try await mailboxes.remove([found.message])
            }
        }
        memory.seen[found.subject] = nil
    }

    /// Mail programs copy first and remove then: the message may have come to the inbox from where it was held, too.
    private func moveToInbox(_ found: Recognised, _ here: [Recognised]) async throws {
        let mailbox = found.message.mailbox
        if here.contains(where: { $0.subject == found.subject }) {
            let inbox = try await mailboxes.contents(of: nil, of: mailbox)?.messages ?? []
            if inbox.contains(where: { $0.inode == found.message.inode }) {
                try await mailboxes.remove([found.message])
                return
            }
        }
        try await mailboxes.move([found.message], to: nil, of: mailbox)
    }

    /// The first word counts: what was decided otherwise meanwhile stays. False: there is nobody to decide about.
    private func decide(
        _ state: Contact.State, _ subject: MessageSubject, _ undecided: UndecidedContacts, _ owner: Owner
    ) async throws -> Bool {
        guard let known = undecided[subject], let contact = try await desk.contact(known.id, of: owner) else {
            return false
        }
        guard contact.state == .waiting || contact.state == .held else { return contact.state == state }
        try await desk.decide(state, about: contact.correspondent, of: owner, by: "mailbox")
        return true
    }

    // MARK: gone

    /// Decides by what left the folder for the inbox, for a folder of unwanted mail, or for good.
    private func noteMissing(
        _ here: [Recognised], _ undecided: UndecidedContacts, _ owner: Owner, _ memory: inout FolderMemory
    ) async throws {
        let now = clock.now().seconds
        for found in here where !found.message.isMarkedDeleted {
            memory.seen[found.subject] = FolderMemory.Seen(inode: found.message.inode, last: now)
        }
        let marked = here.filter(\.message.isMarkedDeleted)
        for found in marked where memory.seen[found.subject] == nil {
            memory.seen[found.subject] = FolderMemory.Seen(inode: found.message.inode, last: now)
        }
        let present = Set(here.lazy.filter { !$0.message.isMarkedDeleted }.map(\.subject))
        let missing = memory.seen.filter { !present.contains($0.key) }
        guard !missing.isEmpty else { return }
        let elsewhere = try await findElsewhere(missing, owner)
        for (subject, seen) in missing {
            memory.seen[subject] = nil
            guard undecided[subject] != nil else { continue }
            if let found = elsewhere[subject] {
                _ = try await decide(found.state, subject, undecided, owner)
                if case .request = subject { try await mailboxes.remove([found.message]) }
                continue
            }
            let since = min(seen.missing ?? now, now)
            guard now - since >= settings.patience else {
                memory.seen[subject] = FolderMemory.Seen(inode: seen.inode, last: seen.last, missing: since)
                continue
            }
            // A message that was held and is removed says nothing about its sender.
            guard case .request(let id) = subject else { continue }
            if settings.deleting == .block {
                _ = try await decide(.blocked, subject, undecided, owner)
            } else {
                memory.dismissed.insert(id)
            }
            try await mailboxes.remove(marked.filter { $0.subject == subject }.map(\.message))
        }
    }

    /// Which of the missing messages are in the inbox or in a folder of unwanted mail now, and what that means.
    private func findElsewhere(
        _ missing: [MessageSubject: FolderMemory.Seen], _ owner: Owner
    ) async throws -> [MessageSubject: (state: Contact.State, message: FiledMessage)] {
        let inodes = Set(missing.values.map(\.inode))
        let earliest = (missing.values.map(\.last).min() ?? 0) - Self.clockTolerance
        let folders: [(FolderName?, Contact.State)] = [(nil, .welcome)] + settings.junk.map { ($0, .blocked) }
        var found: [MessageSubject: (state: Contact.State, message: FiledMessage)] = [:]
        for (folder, state) in folders {
            let messages = try await mailboxes.contents(of: folder, of: owner.name)?.messages ?? []
            // A copy has the time of the move; what was there before is not read.
            let candidates = messages.filter { inodes.contains($0.inode) || $0.changed >= earliest }
            for message in candidates.prefix(Self.maximumCandidates) {
                guard let subject = try await reader.subject(of: message, trustsName: false), missing[subject] != nil,
                    found[subject] == nil
                else { continue }
                found[subject] = (state, message)
            }
        }
        return found
    }

    /// The clock of the file system may be behind.
    private static let clockTolerance: Int64 = 2
    private static let maximumCandidates = 1_000
}
