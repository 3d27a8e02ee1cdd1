public import SamotopCore

extension Mailboxes {
    /// Removes messages that came more than so many days ago, read or not, from the inbox and from all folders but
    /// ``FolderName/newContacts``, whose messages are decided about.
    ///
    /// - Parameter days: by the mailboxes' opaque names. What isn't named, or has no days, keeps everything.
    /// - Returns: how many there were. Throws the first ``SamotopCore/DeliveryError`` after it has been to all mailboxes.
    @discardableResult
    public func expire(_ days: [String: Int], at now: Timestamp) async throws -> Int {
        let fileSystem = fileSystem
        return try await threads.run { [directory, folders] in
            var count = 0
            var failure: DeliveryError?
            for (name, days) in days.sorted(by: { $0.key < $1.key }) where days > 0 && directory.folders[name] != nil {
                let expiry = MessageExpiry(days: days, now: now, fileSystem: fileSystem)
                var expired = ExpiredMail()
                do throws(DeliveryError) {
                    // One that no mail came to yet isn't made for this.
                    guard let inbox = try folders.existingFolder(at: MailboxPlace(name)) else { continue }
                    defer { Self.note(expired, inbox, folders, directory.quotas[name]) }
                    try expiry.expire(in: inbox, &expired)
                    for folder in try inbox.readFolders() where folder != .newContacts {
                        let found = try? folders.existingFolder(at: MailboxPlace(name, folder: folder))
                        if let folder = found ?? nil { try expiry.expire(in: folder, &expired) }
                    }
                } catch { failure = failure ?? error }
                count += expired.count
            }
            if let failure { throw failure }
            return count
        }
    }

    private static func note(
        _ expired: ExpiredMail, _ inbox: MaildirFolder, _ folders: FolderCache, _ quota: MailboxQuota?
    ) {
        guard let quota, expired.use.messages > 0 else { return }
        QuotaFile(inbox: inbox, folders: folders, quota: quota, now: 0)
            .add(octets: -Int64(clamping: expired.use.octets), messages: -Int64(clamping: expired.use.messages))
    }
}
