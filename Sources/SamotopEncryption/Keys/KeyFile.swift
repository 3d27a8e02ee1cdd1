#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files of keys on the disk: read whole, replaced whole.
enum KeyFile {
    /// What tells a file from its next version without reading it.
    struct Version: Hashable {
        let inode: UInt64
        let size: Int64
        let seconds: Int64
        let nanoseconds: Int64
        let changedSeconds: Int64
        let changedNanoseconds: Int64
    }

    /// Nil: there is no such file.
    static func version(of path: String) throws(KeyAccessError) -> Version? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            guard errno == ENOENT else { throw .failed(call: "stat", number: errno) }
            return nil
        }
        #if os(Linux)
            let (modified, changed) = (status.st_mtim, status.st_ctim)
        #else
            let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
        #endif
        return Version(
            inode: UInt64(status.st_ino), size: Int64(status.st_size), seconds: Int64(modified.tv_sec),
            nanoseconds: Int64(modified.tv_nsec), changedSeconds: Int64(changed.tv_sec),
            changedNanoseconds: Int64(changed.tv_nsec))
    }

    /// The octets; nil when there is no such file.
    static func read(_ path: String, limit: Int) throws(KeyAccessError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard file >= 0 else {
            guard errno == ENOENT else { throw .failed(call: "open", number: errno) }
            return nil
        }
        defer { close(file) }
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { systemRead(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .failed(call: "read", number: errno) }
            guard count > 0 else { return octets }
            octets += chunk[..<count]
            guard octets.count <= limit else { throw .problem(.tooLarge) }
        }
    }

    /// Replaces a file, or makes it and its folder, for the owner alone; on the device when it returns.
    static func replace(_ path: String, with octets: [UInt8]) throws(KeyAccessError) {
        let folder = parent(of: path)
        try makeFolder(folder)
        let temporary = "\(path).\(getpid()).new"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw .failed(call: "open", number: errno) }
        do throws(KeyAccessError) {
            defer { close(file) }
            var written = 0
            while written < octets.count {
                let count = octets[written...].withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw .failed(call: "write", number: errno) }
                written += count
            }
            guard fsync(file) == 0 else { throw .failed(call: "fsync", number: errno) }
            guard rename(temporary, path) == 0 else { throw .failed(call: "rename", number: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        try sync(folder)
    }

    /// Removes a file; on the device when it returns.
    static func remove(_ path: String) throws(KeyAccessError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .failed(call: "unlink", number: errno) }
        try sync(parent(of: path))
    }

    /// Names in a folder, sorted, either those that start with a dot or the others; none when there is no such folder.
    static func names(in folder: String, hidden: Bool = false) throws(KeyAccessError) -> [String] {
        guard let stream = opendir(folder) else {
            guard errno == ENOENT || errno == ENOTDIR else { throw .failed(call: "opendir", number: errno) }
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name.hasPrefix(".") == hidden, name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Waits for whoever changes keys in this folder, and keeps others waiting; nil: there is no such folder, nor a key in it. The
    /// lock lives in the kernel, so no stale one is left by a crash.
    static func lock(_ path: String) throws(KeyAccessError) -> CInt? {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            guard errno == ENOENT else { throw .failed(call: "open", number: errno) }
            return nil
        }
        while flock(folder, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let number = errno
                close(folder)
                throw .failed(call: "flock", number: number)
            }
        }
        return folder
    }

    /// Lets others in.
    static func unlock(_ lock: CInt?) { if let lock { close(lock) } }

    private static func makeFolder(_ path: String) throws(KeyAccessError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, parent(of: path) != path else { throw .failed(call: "mkdir", number: errno) }
        try makeFolder(parent(of: path))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .failed(call: "mkdir", number: errno) }
        try sync(parent(of: path))
    }

    /// Flushes a folder.
    static func sync(_ path: String) throws(KeyAccessError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .failed(call: "open", number: errno) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw .failed(call: "fsync", number: errno) }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

// The name `read` belongs to KeyFile inside it.
private func systemRead(_ file: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, buffer, count)
}
private func systemWrite(_ file: CInt, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int { write(file, buffer, count) }
