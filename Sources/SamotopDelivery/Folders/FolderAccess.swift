#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SamotopCore

/// Lists, reads, moves and removes single messages. Always by the path as it is now, and never through a symbolic link.
struct FolderAccess {
    let folders: FolderCache
    let fileSystem: any FileSystem

    /// What is in a folder; nil when there is none.
    func contents(of place: MailboxPlace) throws(DeliveryError) -> FolderContents? {
        guard let folder = try folders.existingFolder(at: place) else { return nil }
        return try named(place) { () throws(SystemCallError) -> FolderContents in
            let marker = try? fileSystem.facts(of: "../maildirfolder", in: folder.new.descriptor)
            return FolderContents(
                identity: FolderIdentity(inode: folder.new.facts.inode, made: marker?.changed ?? 0),
                messages: try messages(in: folder, isNew: true) + messages(in: folder, isNew: false))
        }
    }

    private func messages(in folder: MaildirFolder, isNew: Bool) throws(SystemCallError) -> [FiledMessage] {
        let directory = try directory(of: folder, isNew: isNew)
        var messages: [FiledMessage] = []
        for name in try fileSystem.names(in: directory.descriptor) {
            let facts: FileFacts
            do throws(SystemCallError) { facts = try fileSystem.facts(of: name, in: directory.descriptor) } catch {
                // Its reader has just moved it.
                if error.code == ENOENT { continue }
                throw error
            }
            guard facts.kind == .file else { continue }
            messages.append(
                FiledMessage(
                    mailbox: folder.place.mailbox, folder: folder.place.folder, isNew: isNew, name: name,
                    inode: facts.inode, size: facts.size, changed: facts.changed))
        }
        return messages
    }

    /// The first octets of a message; nil when it isn't there any more, or isn't ours to read.
    func beginning(of message: FiledMessage, limit: Int) throws(DeliveryError) -> [UInt8]? {
        let place = MailboxPlace(message.mailbox, folder: message.folder)
        guard let folder = try folders.existingFolder(at: place) else { return nil }
        return try named(place) { () throws(SystemCallError) -> [UInt8]? in
            let directory = try self.directory(of: folder, isNew: message.isNew)
            let file: CInt
            do throws(SystemCallError) {
                // Non-blocking: whatever has the name by now, opening it doesn't wait.
                file = try fileSystem.openAll(
                    message.name, in: directory.descriptor, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            } catch {
                if [ENOENT, ELOOP, EACCES].contains(error.code) { return nil }
                throw error
            }
            defer { try? fileSystem.closeAll(file) }
            guard try fileSystem.facts(of: file).kind == .file else { return nil }
            return try read(limit, from: file)
        }
    }

    private func read(_ limit: Int, from file: CInt) throws(SystemCallError) -> [UInt8] {
        var octets: [UInt8] = []
        while octets.count < limit {
            let part = try fileSystem.read(min(64 << 10, limit - octets.count), from: file, at: octets.count)
            if part.isEmpty { break }
            octets += part
        }
        return octets
    }

    /// Moves messages of one mailbox into `new` of another place of it.
    ///
    /// Each is linked there first, never over another; then `new` is flushed, then the old names go. A crash leaves both or
    /// one, and a further call finishes it: what is there already, also where a reader took it up, isn't linked again.
    ///
    /// - Returns: how many there were to move.
    func move(_ messages: [FiledMessage], to place: MailboxPlace) throws(DeliveryError) -> Int {
        let found = try locate(messages.filter { $0.mailbox == place.mailbox && $0.folder != place.folder })
        guard !found.isEmpty else { return 0 }
        let target = try folders.folder(at: place)
        let known = try target.readNames()
        do throws(DeliveryError) {
            return try named(place) { () throws(SystemCallError) -> Int in
                var moved: [Located] = []
                var conflict: SystemCallError?
                for located in found {
                    do throws(SystemCallError) {
                        let isThere = known.contains(located.message.base)
                        if isThere {
                            moved.append(located)
                        } else if try link(located, to: target) {
                            moved.append(located)
                        }
                    } catch {
                        // It stays where it is, and the others go on.
                        guard error.code == EEXIST else { throw error }
                        conflict = error
                    }
                }
                try target.syncNew()
                for located in moved {
                    try fileSystem.remove(located.message.name, in: located.directory.descriptor)
                }
                try sync(moved)
                if let conflict { throw conflict }
                return moved.count
            }
        } catch {
            // The next use looks at it anew.
            folders.forget(place)
            throw error
        }
    }

    /// False: the message isn't where it was.
    private func link(_ located: Located, to target: MaildirFolder) throws(SystemCallError) -> Bool {
        let name = located.message.unflaggedName
        do {
            try fileSystem.link(
                located.message.name, in: located.directory.descriptor, as: name, in: target.new.descriptor)
            return true
        } catch {
            if error.code == ENOENT { return false }
            guard error.code == EEXIST else { throw error }
            // What an interrupted move has left is the same file, and the name says whose copy another one is. Anything else of
            // that name is not our doing.
            let facts = try fileSystem.facts(of: name, in: target.new.descriptor)
            guard facts.kind == .file, facts.size == located.message.size else { throw error }
            return true
        }
    }

    /// Removes messages for good; returns how many there were.
    func remove(_ messages: [FiledMessage]) throws(DeliveryError) -> Int {
        guard let first = messages.first else { return 0 }
        let found = try locate(messages)
        return try named(MailboxPlace(first.mailbox)) { () throws(SystemCallError) -> Int in
            var removed: [Located] = []
            for located in found {
                do throws(SystemCallError) {
                    try fileSystem.unlink(located.message.name, in: located.directory.descriptor)
                    removed.append(located)
                } catch { if error.code != ENOENT { throw error } }
            }
            try sync(removed)
            return removed.count
        }
    }

    // MARK: directories

    /// A message, and the directory that it was in.
    private struct Located {
        let message: FiledMessage
        let directory: OpenDirectory
    }

    /// Opens each directory once. Messages whose folder is gone are left out.
    private func locate(_ messages: [FiledMessage]) throws(DeliveryError) -> [Located] {
        struct Spot: Hashable {
            let place: MailboxPlace
            let isNew: Bool
        }
        var directories: [Spot: OpenDirectory?] = [:]
        var located: [Located] = []
        for message in messages {
            let place = MailboxPlace(message.mailbox, folder: message.folder)
            let spot = Spot(place: place, isNew: message.isNew)
            if directories[spot] == nil {
                var directory: OpenDirectory?
                if let folder = try folders.existingFolder(at: place) {
                    directory = try named(place) { () throws(SystemCallError) -> OpenDirectory in
                        try self.directory(of: folder, isNew: message.isNew)
                    }
                }
                directories[spot] = .some(directory)
            }
            guard let directory = directories[spot] ?? nil else { continue }
            located.append(Located(message: message, directory: directory))
        }
        return located
    }

    private func directory(of folder: MaildirFolder, isNew: Bool) throws(SystemCallError) -> OpenDirectory {
        if isNew { return folder.new }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        let descriptor = try fileSystem.openAll("../cur", in: folder.new.descriptor, flags: flags)
        do {
            return OpenDirectory(
                descriptor: descriptor, facts: try fileSystem.facts(of: descriptor), fileSystem: fileSystem)
        } catch {
            try? fileSystem.closeAll(descriptor)
            throw error
        }
    }

    private func sync(_ located: [Located]) throws(SystemCallError) {
        var seen: Set<ObjectIdentifier> = []
        for directory in located.map(\.directory) where seen.insert(ObjectIdentifier(directory)).inserted {
            try fileSystem.syncAll(directory.descriptor)
        }
    }

    private func named<Value>(
        _ place: MailboxPlace, _ body: () throws(SystemCallError) -> Value
    ) throws(DeliveryError) -> Value {
        do { return try body() } catch { throw error.deliveryError("mailbox \(place.text)") }
    }
}
