import SamotopCore

extension Mailboxes {
    /// How much a mailbox holds and may hold; nil: nothing limits it. Throws ``SamotopCore/DeliveryError``.
    public func use(of mailbox: String) async throws -> (use: MailboxUse, quota: MailboxQuota)? {
        guard let quota = directory.quotas[mailbox] else { return nil }
        let now = clock.now().seconds
        return try await threads.run { [folders] in
            // Asking makes nothing: what isn't there is empty.
            guard let inbox = try folders.existingFolder(at: MailboxPlace(mailbox)) else {
                return (MailboxUse(), quota)
            }
            return (try QuotaFile(inbox: inbox, folders: folders, quota: quota, now: now).use(), quota)
        }
    }

    /// Why none of these mailboxes takes a message of this size, as far as their quotas go: the one that says it least finally. Nil:
    /// one of them has room, or no quota.
    ///
    /// An alias takes mail as long as one of its mailboxes has room: nobody's full mailbox keeps mail from others.
    func fullQuota(among mailboxes: [String], for size: UInt64) async throws -> MailboxQuota? {
        let quotas = mailboxes.compactMap { directory.quotas[$0] }
        guard !quotas.isEmpty, quotas.count == mailboxes.count else { return nil }
        let now = clock.now().seconds
        let isFull = try await threads.run { [folders] in
            for (mailbox, quota) in zip(mailboxes, quotas) {
                guard let inbox = try folders.existingFolder(at: MailboxPlace(mailbox)) else {
                    if quota.hasRoom(for: size, in: MailboxUse()) { return false }
                    continue
                }
                let file = QuotaFile(inbox: inbox, folders: folders, quota: quota, now: now)
                if try file.hasRoom(for: size) { return false }
            }
            return true
        }
        return isFull ? quotas.first { !$0.refuses } ?? quotas[0] : nil
    }
}
