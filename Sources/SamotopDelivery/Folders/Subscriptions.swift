#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The file `subscriptions` of a Maildir++, in which Dovecot keeps which folders its owner's mail programs show (RFC 3501
/// §6.3.6): a name on each line, from version 2 on below a header, with a tab between the levels of a name.
///
/// It is changed as Dovecot does it: what it shall be is written into `subscriptions.lock`, which is also the lock, and takes
/// its place in one step. What is there stays octet by octet. A file that isn't ours to replace, of a version that isn't
/// known, or too large, is left alone: then the owner subscribes by hand.
struct Subscriptions {
    enum Outcome: Hashable {
        case added
        /// It was there already.
        case present
        /// Somebody else is changing it.
        case locked
        /// It isn't one that this program changes.
        case leftAlone
    }

    /// Octets; a larger one is left alone.
    static let maximumSize = 1 << 20
    private static let name = "subscriptions"
    private static let lock = "subscriptions.lock"

    /// The mailbox's Maildir.
    let directory: CInt
    /// Our effective user.
    let user: UInt32
    let fileSystem: any FileSystem

    /// Subscribes a folder, if it isn't.
    func add(_ folder: FolderName) throws(SystemCallError) -> Outcome {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let file: CInt
        do { file = try fileSystem.openAll(Self.lock, in: directory, flags: flags, mode: 0o600) } catch {
            if error.code == EEXIST { return .locked }
            throw error
        }
        var isOurs = true
        defer { if isOurs { try? fileSystem.remove(Self.lock, in: directory) } }
        let outcome: Outcome
        do throws(SystemCallError) {
            outcome = try write(folder, to: file)
        } catch {
            try? fileSystem.closeAll(file)
            throw error
        }
        try fileSystem.closeAll(file)
        guard outcome == .added else { return outcome }
        try fileSystem.rename(Self.lock, in: directory, as: Self.name)
        isOurs = false
        return .added
    }

    private func write(_ folder: FolderName, to file: CInt) throws(SystemCallError) -> Outcome {
        guard let known = try read() else { return .leftAlone }
        guard let changed = Self.adding(folder, to: known) else { return .leftAlone }
        guard changed != known else { return .present }
        let result: Result<Void, SystemCallError> = changed.withUnsafeBytes { bytes in
            Result { () throws(SystemCallError) in try fileSystem.writeAll(bytes, to: file) }
        }
        try result.get()
        try fileSystem.syncAll(file)
        return .added
    }

    /// What the file holds, nothing if there is none; nil: it isn't ours to replace.
    private func read() throws(SystemCallError) -> [UInt8]? {
        let file: CInt
        do { file = try fileSystem.openAll(Self.name, in: directory, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK) } catch
        {
            if error.code == ENOENT { return [] }
            if error.code == ELOOP { return nil }
            throw error
        }
        defer { try? fileSystem.closeAll(file) }
        let facts = try fileSystem.facts(of: file)
        guard facts.kind == .file, facts.owner == user, !facts.isOpenToOthers, facts.size <= Self.maximumSize else {
            return nil
        }
        var octets: [UInt8] = []
        while octets.count <= Self.maximumSize {
            let more = try fileSystem.read(64 << 10, from: file, at: octets.count)
            if more.isEmpty { return octets }
            octets += more
        }
        return nil
    }

    /// The file with the folder in it: the same when it was; nil when its version isn't known.
    static func adding(_ folder: FolderName, to octets: [UInt8]) -> [UInt8]? {
        let lines = octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let header = Array("V\t".utf8)
        var line = Array(folder.text.utf8)
        if let first = lines.first, first.starts(with: header) {
            guard first.elementsEqual("V\t2".utf8) else { return nil }
            line = line.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "\t") : $0 }
        }
        if lines.contains(where: { $0.elementsEqual(line) }) { return octets }
        let isEnded = octets.last.map { $0 == UInt8(ascii: "\n") } ?? true
        return octets + (isEnded ? [] : [UInt8(ascii: "\n")]) + line + [UInt8(ascii: "\n")]
    }
}
