#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SamotopCore

/// The open and checked `tmp` and `new` of a mailbox or of a folder in it.
final class MaildirFolder: Sendable {
    let place: MailboxPlace
    let temporary: OpenDirectory
    let new: OpenDirectory
    private let group: SyncGroup
    let fileSystem: any FileSystem

    init(place: MailboxPlace, temporary: OpenDirectory, new: OpenDirectory, fileSystem: any FileSystem) {
        self.place = place
        self.temporary = temporary
        self.new = new
        self.group = SyncGroup(new, fileSystem: fileSystem)
        self.fileSystem = fileSystem
    }

    /// What the operator reads.
    var name: String { place.text }

    /// True after a failed flush; open the folder anew.
    var isBroken: Bool { group.isBroken }

    /// Its file system can be flushed as a whole for many files.
    var isFlushedWhole: Bool { fileSystem.canSyncFileSystem(of: temporary.descriptor) }

    /// Makes everything on its file system durable.
    func syncFileSystem() throws(SystemCallError) { try fileSystem.syncAllFileSystem(of: temporary.descriptor) }

    /// The same two directories as the other one.
    func isSame(as other: MaildirFolder) -> Bool {
        temporary.facts.device == other.temporary.facts.device && temporary.facts.inode == other.temporary.facts.inode
            && new.facts.device == other.new.facts.device && new.facts.inode == other.new.facts.inode
    }

    /// Makes the entries of `new` durable, together with all others who ask at this time.
    func syncNew() throws(SystemCallError) { try group.sync() }

    /// Makes removals from `new` durable as well as it can be done, through a descriptor of its own.
    func syncNewApart() {
        let flags = O_RDONLY | O_DIRECTORY
        guard let own = try? fileSystem.openAll(".", in: new.descriptor, flags: flags) else { return }
        try? fileSystem.syncAll(own)
        try? fileSystem.closeAll(own)
    }

    /// The ``MaildirName/base`` of each message that a reader has moved into `cur`, made durable there; and of those in `new`
    /// whose names aren't of this naming's form, and would be no obstacle to a second copy. Reads the whole folder: only for
    /// replays.
    func readNames(besides naming: MaildirNaming? = nil) throws(DeliveryError) -> Set<String> {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        do throws(SystemCallError) {
            // Before `cur`: a reader may move one while we look.
            var bases: Set<String> = []
            if let naming { bases = try readUnread(besides: naming) }
            let current = try fileSystem.openAll("../cur", in: new.descriptor, flags: flags)
            defer { try? fileSystem.closeAll(current) }
            let names = try fileSystem.names(in: current)
            try fileSystem.syncAll(current)
            return bases.union(names.lazy.map(MaildirName.base(of:)))
        } catch { throw error.deliveryError("mailbox \(name), cur or new") }
    }

    private func readUnread(besides naming: MaildirNaming) throws(SystemCallError) -> Set<String> {
        let unread = try fileSystem.openAll(".", in: new.descriptor, flags: O_RDONLY | O_DIRECTORY)
        defer { try? fileSystem.closeAll(unread) }
        let bases = try fileSystem.names(in: unread).map(MaildirName.base(of:))
            .filter { MaildirName.isCoarse(base: $0) != naming.isCoarse }
        if !bases.isEmpty { try fileSystem.syncAll(unread) }
        return Set(bases)
    }
}
