import SamotopCore

/// Looking after single messages: for folders in which a person's mail program and this one meet.
///
/// All of it runs on the storage threads, and throws ``SamotopCore/DeliveryError``.
extension Mailboxes {
    /// The opaque names of all mailboxes, in order.
    public var names: [String] { directory.folders.keys.sorted() }

    /// Is there a mailbox of this name?
    public func knows(_ mailbox: String) -> Bool { directory.folders[mailbox] != nil }

    /// Makes a folder of a mailbox, if there is none; durable on return.
    public func makeFolder(_ folder: FolderName, of mailbox: String) async throws {
        let place = MailboxPlace(mailbox, folder: folder)
        try await threads.run { [folders] in
            // Somebody may have removed the one that is kept open.
            if try folders.existingFolder(at: place) == nil { folders.forget(place) }
            _ = try folders.folder(at: place)
        }
    }

    /// What is in a folder, or with nil in the inbox; nil when there is no such folder.
    public func contents(of folder: FolderName?, of mailbox: String) async throws -> FolderContents? {
        let place = MailboxPlace(mailbox, folder: folder)
        return try await threads.run { [access] in try access.contents(of: place) }
    }

    /// The first octets of a message, at most `limit`; nil when it isn't there any more, or isn't ours to read.
    public func beginning(of message: FiledMessage, limit: Int) async throws -> [UInt8]? {
        try await threads.run { [access] in try access.beginning(of: message, limit: limit) }
    }

    /// Moves messages of one mailbox into another folder of it, or with nil into its inbox, as new ones.
    ///
    /// They are there, on the device, before they leave where they were; nothing is ever overwritten. After a crash each is in
    /// one of the two or in both, and the next call leaves it in one.
    ///
    /// - Returns: how many of them there still were.
    @discardableResult
    public func move(_ messages: [FiledMessage], to folder: FolderName?, of mailbox: String) async throws -> Int {
        let place = MailboxPlace(mailbox, folder: folder)
        return try await threads.run { [access] in try access.move(messages, to: place) }
    }

    /// Removes messages of one mailbox for good; durable on return. Returns how many of them there still were.
    @discardableResult
    public func remove(_ messages: [FiledMessage]) async throws -> Int {
        try await threads.run { [access] in try access.remove(messages) }
    }

    /// A destination whose folder the owner has made, in any case of its letters; otherwise the inbox. So no stranger makes folders,
    /// and none files mail where its place alone is the owner's decision. Where a mailbox's mail is handed to something else, that is told
    /// the name as it is.
    func inExistingFolder(_ destination: Destination) -> Destination {
        guard let mailbox = destination.mailbox, let wanted = destination.folder?.lowercased() else {
            return destination
        }
        let decisions: Set<FolderName> = [.newContacts, .welcome, .blocked, .junk, .spam]
        if directory.handed[mailbox] != nil {
            return decisions.contains { $0.text.lowercased() == wanted } ? .mailbox(mailbox) : destination
        }
        guard let inbox = try? folders.folder(at: MailboxPlace(mailbox)), let names = try? inbox.readFolders(),
            let name = names.first(where: { $0.text.lowercased() == wanted }),
            !decisions.contains(where: { $0.text.lowercased() == wanted }),
            (try? folders.existingFolder(at: MailboxPlace(mailbox, folder: name))) != nil
        else { return .mailbox(mailbox) }
        return .folder(name.text, of: mailbox)
    }

    private var access: FolderAccess { FolderAccess(folders: folders, fileSystem: fileSystem) }
}
