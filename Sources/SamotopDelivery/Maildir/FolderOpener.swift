#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SamotopCore

/// Opens a Maildir step by step, never through a symbolic link, making what is missing.
struct FolderOpener: Sendable {
    /// Where relative folders are.
    let root: String
    /// Our effective user: mailboxes are its, or the superuser's.
    let user: UInt32
    let fileSystem: any FileSystem

    /// Opens the Maildir of a mailbox, or of a folder in it.
    ///
    /// - Parameter settled: the path down to `new` is known to be durable. Otherwise, and whenever a step had to be
    ///   made, each directory on the way is flushed: a message is only as durable as the path to it, and an earlier
    ///   process may have crashed between making a directory and flushing its parent.
    func open(_ folder: MailboxFolder, _ place: MailboxPlace, settled: Bool) throws(DeliveryError) -> MaildirFolder {
        var walk = Walk(opener: self, place: "mailbox \(place.text)", makes: true, isSettled: settled)
        return try open(folder, place, &walk)
    }

    /// Opens it by its path if all of it is there; makes nothing.
    func openExisting(_ folder: MailboxFolder, _ place: MailboxPlace) throws(DeliveryError) -> MaildirFolder? {
        var walk = Walk(opener: self, place: "mailbox \(place.text)", makes: false, isSettled: true)
        do { return try open(folder, place, &walk) } catch {
            if walk.isMissing { return nil }
            throw error
        }
    }

    /// Whether anything is there where the mailbox is; a folder of it may be, and no inbox.
    func isThere(_ folder: MailboxFolder, _ place: MailboxPlace) throws(DeliveryError) -> Bool {
        var walk = Walk(opener: self, place: "mailbox \(place.text)", makes: false, isSettled: true)
        do { try enter(folder, &walk) } catch {
            if walk.isMissing { return false }
            throw error
        }
        return true
    }

    private func enter(_ folder: MailboxFolder, _ walk: inout Walk) throws(DeliveryError) {
        if folder.isAbsolute {
            // The way to the last step is the operator's own, symbolic links and all.
            try walk.start("/" + folder.steps.dropLast().joined(separator: "/"), isOurs: false)
            try walk.enter(folder.steps.suffix(1))
        } else {
            try walk.start(root, isOurs: true)
            try walk.enter(folder.steps[...])
        }
    }

    private func open(
        _ folder: MailboxFolder, _ place: MailboxPlace, _ walk: inout Walk
    ) throws(DeliveryError) -> MaildirFolder {
        try enter(folder, &walk)
        var isToBeShown = false
        if let name = place.folder {
            // Before it is made: after a crash in between the next one finds it subscribed, and adds nothing.
            isToBeShown = try walk.lacks(name.step) && !walk.subscribe(to: name)
            try walk.enter([name.step])
            try walk.mark("maildirfolder")
        }
        let temporary = try walk.child("tmp")
        let new = try walk.child("new")
        _ = try walk.child("cur")
        try walk.settle()
        if isToBeShown, let name = place.folder { _ = walk.subscribe(to: name, above: 1) }
        return MaildirFolder(place: place, temporary: temporary, new: new, fileSystem: fileSystem)
    }
}

/// The way from the root to one mailbox.
private struct Walk {
    let opener: FolderOpener
    let place: String
    /// Makes what is missing.
    let makes: Bool
    var isSettled: Bool
    /// It ended at something that isn't there.
    private(set) var isMissing = false
    private var path: [OpenDirectory] = []

    init(opener: FolderOpener, place: String, makes: Bool, isSettled: Bool) {
        self.opener = opener
        self.place = place
        self.makes = makes
        self.isSettled = isSettled
    }

    private var fileSystem: any FileSystem { opener.fileSystem }

    /// - Parameter isOurs: made when missing.
    mutating func start(_ root: String, isOurs: Bool) throws(DeliveryError) {
        let flags = O_RDONLY | O_DIRECTORY
        do throws(SystemCallError) {
            path.append(try directory(try enter(root, in: AT_FDCWD, flags, makes: makes && isOurs)))
        } catch { throw error.deliveryError("\(place), its root") }
    }

    mutating func enter(_ steps: ArraySlice<String>) throws(DeliveryError) {
        for step in steps { path.append(try child(step)) }
    }

    /// Opens, and makes if it is missing, the next directory.
    mutating func child(_ step: String) throws(DeliveryError) -> OpenDirectory {
        guard let parent = path.last?.descriptor else { throw .failed(cause: "\(place): no root") }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        let child: OpenDirectory
        do throws(SystemCallError) {
            child = try directory(try enter(step, in: parent, flags, makes: makes))
        } catch  where error.code == ENOTDIR || error.code == ELOOP {
            throw .failed(cause: "\(place): \(step) is a symbolic link or no folder")
        } catch { throw error.deliveryError("\(place), \(step)") }
        guard !child.facts.isOpenToOthers else {
            throw .failed(cause: "\(place): \(step) is writable by group or others")
        }
        guard child.facts.owner == opener.user || child.facts.owner == 0 else {
            throw .failed(cause: "\(place): \(step) belongs to another user")
        }
        return child
    }

    private mutating func enter(
        _ name: String, in parent: CInt, _ flags: CInt, makes: Bool
    ) throws(SystemCallError) -> CInt {
        do { return try fileSystem.openAll(name, in: parent, flags: flags) } catch {
            guard error.code == ENOENT else { throw error }
            guard makes else {
                isMissing = true
                throw error
            }
        }
        try make(name, in: parent)
        return try fileSystem.openAll(name, in: parent, flags: flags)
    }

    /// Whether a folder of this name has to be made.
    func lacks(_ name: String) throws(DeliveryError) -> Bool {
        guard makes else { return false }
        guard let parent = path.last?.descriptor else { throw .failed(cause: "\(place): no root") }
        do throws(SystemCallError) { _ = try fileSystem.facts(of: name, in: parent) } catch {
            return error.code == ENOENT
        }
        return false
    }

    /// Lets mail programs show a folder. False: later it may succeed. That it doesn't is no reason to take no mail.
    ///
    /// - Parameter above: how many steps back the mailbox is.
    func subscribe(to folder: FolderName, above: Int = 0) -> Bool {
        guard let mailbox = path.dropLast(above).last?.descriptor else { return true }
        let file = Subscriptions(directory: mailbox, user: opener.user, fileSystem: fileSystem)
        return (try? file.add(folder)) != .locked
    }

    /// Makes an empty file of this name, if there is none.
    mutating func mark(_ name: String) throws(DeliveryError) {
        guard makes else { return }
        guard let parent = path.last?.descriptor else { throw .failed(cause: "\(place): no root") }
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        do throws(SystemCallError) {
            try fileSystem.closeAll(try fileSystem.openAll(name, in: parent, flags: flags, mode: 0o600))
            isSettled = false
        } catch {
            if error.code != EEXIST { throw error.deliveryError("\(place), \(name)") }
        }
    }

    private mutating func make(_ name: String, in directory: CInt) throws(SystemCallError) {
        isSettled = false
        do { try fileSystem.makeDirectory(name, in: directory, mode: 0o700) } catch {
            // Another thread was first.
            if error.code != EEXIST { throw error }
        }
    }

    private func directory(_ descriptor: CInt) throws(SystemCallError) -> OpenDirectory {
        do {
            return OpenDirectory(
                descriptor: descriptor, facts: try fileSystem.facts(of: descriptor), fileSystem: fileSystem)
        } catch {
            try? fileSystem.closeAll(descriptor)
            throw error
        }
    }

    /// Flushes each directory on the way, from the root's own parent down.
    func settle() throws(DeliveryError) {
        guard !isSettled, let root = path.first else { return }
        do throws(SystemCallError) {
            do throws(SystemCallError) {
                let parent = try directory(
                    fileSystem.openAll("..", in: root.descriptor, flags: O_RDONLY | O_DIRECTORY))
                try fileSystem.syncAll(parent.descriptor)
            } catch  where error.call == "openat" && error.code == EACCES {
                // A directory that we can't read is not one that we made the root in.
            }
            for step in path { try fileSystem.syncAll(step.descriptor) }
        } catch { throw error.deliveryError("\(place), the way to it") }
    }
}
