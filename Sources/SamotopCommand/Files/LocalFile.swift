import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Small files of the operator: configuration, certificates, keys. Read whole, written whole or not at all.
enum LocalFile {
    /// What `stat` tells.
    struct Status: Sendable, Hashable {
        var isFolder: Bool
        var isFile: Bool
        var isSocket: Bool
        /// Permission bits.
        var mode: UInt32
        var owner: UInt32
        var group: UInt32
    }

    /// The octets of a file, which must not be larger than `limit`.
    static func read(_ path: String, limit: Int = 1 << 20) throws(SystemFailure) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard file >= 0 else { throw SystemFailure("open") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { buffer in
                Retry.interrupted { systemRead(file, buffer.baseAddress, buffer.count) }
            }
            guard count >= 0 else { throw SystemFailure("read") }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw SystemFailure("read", EFBIG) }
        }
    }

    /// Writes a file that is there whole, with these permission bits from its first octet on, or not at all, also over a
    /// power cut.
    ///
    /// - Parameter folder: whose owner the file is given to, if root writes it: before it has its name, where nobody can put another file.
    static func write(
        _ bytes: [UInt8], to path: String, mode: UInt32, forOwnerOf folder: String? = nil
    ) throws(SystemFailure) {
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode_t(mode))
        guard file >= 0 else { throw SystemFailure("open") }
        do throws(SystemFailure) {
            defer { close(file) }
            guard fchmod(file, mode_t(mode)) == 0 else { throw SystemFailure("fchmod") }
            if geteuid() == 0, let folder = folder.flatMap(status) {
                guard fchown(file, folder.owner, folder.group) == 0 else { throw SystemFailure("fchown") }
            }
            var written = 0
            while written < bytes.count {
                let count = bytes[written...].withUnsafeBytes { rest in
                    Retry.interrupted { systemWrite(file, rest.baseAddress, rest.count) }
                }
                guard count > 0 else { throw SystemFailure("write") }
                written += count
            }
            guard fsync(file) == 0 else { throw SystemFailure("fsync") }
            guard rename(temporary, path) == 0 else { throw SystemFailure("rename") }
        } catch {
            unlink(temporary)
            throw error
        }
        try sync(folder: parent(of: path))
    }

    /// Makes a folder and those above it, as far as they are missing.
    static func makeFolder(_ path: String, mode: UInt32) throws(SystemFailure) {
        if mkdir(path, mode_t(mode)) == 0 || errno == EEXIST {
            guard status(path)?.isFolder == true else { throw SystemFailure("mkdir", ENOTDIR) }
            return
        }
        guard errno == ENOENT, parent(of: path) != path else { throw SystemFailure("mkdir") }
        try makeFolder(parent(of: path), mode: mode)
        guard mkdir(path, mode_t(mode)) == 0 || errno == EEXIST else { throw SystemFailure("mkdir") }
    }

    /// What a path leads to, links followed; nil when there is nothing or it can't be seen.
    static func status(_ path: String) -> Status? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        // Not by stat(2): in a target that imports Foundation the compiler takes that structure for CoreFoundation's.
        guard let facts = try? FileManager.default.attributesOfItem(atPath: String(cString: resolved)),
            let kind = facts[.type] as? FileAttributeType, let mode = facts[.posixPermissions] as? NSNumber,
            let owner = facts[.ownerAccountID] as? NSNumber, let group = facts[.groupOwnerAccountID] as? NSNumber
        else { return nil }
        return Status(
            isFolder: kind == .typeDirectory, isFile: kind == .typeRegular, isSocket: kind == .typeSocket,
            mode: mode.uint32Value, owner: owner.uint32Value, group: group.uint32Value)
    }

    /// Whether there is anything at a path, be it a link that leads nowhere.
    static func isTaken(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path)) != nil
    }

    /// Where a symbolic link leads, as it is written in it, and whose it is; nil: it is none.
    static func link(_ path: String) -> (target: String, owner: UInt32)? {
        guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
            facts[.type] as? FileAttributeType == .typeSymbolicLink, let owner = facts[.ownerAccountID] as? NSNumber,
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
        else { return nil }
        return (target, owner.uint32Value)
    }

    /// The folder that holds a path.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func sync(folder path: String) throws(SystemFailure) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SystemFailure("open") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw SystemFailure("fsync") }
    }
}

/// Calls that a signal may interrupt.
enum Retry {
    /// Repeats a call for as long as it ends with EINTR.
    static func interrupted<Count: SignedInteger>(_ call: () -> Count) -> Count {
        while true {
            let count = call()
            if count >= 0 || errno != EINTR { return count }
        }
    }
}

// The names `read` and `write` belong to LocalFile inside it.
private func systemRead(_ file: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, buffer, count)
}
private func systemWrite(_ file: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int { write(file, buffer, count) }
