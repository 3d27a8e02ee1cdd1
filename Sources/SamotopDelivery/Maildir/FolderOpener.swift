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

    /// Opens the mailbox's folder.
    ///
    /// - Parameter settled: the path down to `new` is known to be durable. Otherwise, and whenever a step had to be
    ///   made, each directory on the way is flushed: a message is only as durable as the path to it, and an earlier
    ///   process may have crashed between making a directory and flushing its parent.
    func open(_ folder: MailboxFolder, name: String, settled: Bool) throws(DeliveryError) -> MaildirFolder {
        let place = "mailbox \(name)"
        var walk = Walk(opener: self, place: place, isSettled: settled)
        if folder.isAbsolute {
            // The way to the last step is the operator's own, symbolic links and all.
            try walk.start("/" + folder.steps.dropLast().joined(separator: "/"), makes: false)
            try walk.enter(folder.steps.suffix(1))
        } else {
            try walk.start(root, makes: true)
            try walk.enter(folder.steps[...])
        }
        let temporary = try walk.child("tmp")
        let new = try walk.child("new")
        _ = try walk.child("cur")
        try walk.settle()
        return MaildirFolder(name: name, temporary: temporary, new: new, fileSystem: fileSystem)
    }
}

/// The way from the root to one mailbox.
private struct Walk {
    let opener: FolderOpener
    let place: String
    var isSettled: Bool
    private var path: [OpenDirectory] = []

    init(opener: FolderOpener, place: String, isSettled: Bool) {
        self.opener = opener
        self.place = place
        self.isSettled = isSettled
    }

    private var fileSystem: any FileSystem { opener.fileSystem }

    mutating func start(_ root: String, makes: Bool) throws(DeliveryError) {
        let flags = O_RDONLY | O_DIRECTORY
        do throws(SystemCallError) {
            let descriptor: CInt
            do throws(SystemCallError) {
                descriptor = try fileSystem.openAll(root, in: AT_FDCWD, flags: flags)
            } catch  where error.code == ENOENT && makes {
                try make(root, in: AT_FDCWD)
                descriptor = try fileSystem.openAll(root, in: AT_FDCWD, flags: flags)
            }
            path.append(try directory(descriptor))
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
            let descriptor: CInt
            do throws(SystemCallError) {
                descriptor = try fileSystem.openAll(step, in: parent, flags: flags)
            } catch  where error.code == ENOENT {
                try make(step, in: parent)
                descriptor = try fileSystem.openAll(step, in: parent, flags: flags)
            }
            child = try directory(descriptor)
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
