#if SQLite
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #else
        import Darwin
    #endif
    import SamotopContacts

    /// What SQLite doesn't do for its files: permissions from the first octet on, and flushed folders.
    enum SystemFile {
        static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 || errno != ENOENT }

        /// Makes a file that wasn't there, with mode 0600, durable with its name.
        static func create(_ path: String, _ bytes: [UInt8] = []) throws(ContactStoreError) {
            let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { throw failure("make", path) }
            defer { close(file) }
            // The process's mask may take away more than it should.
            guard fchmod(file, 0o600) == 0 else { throw failure("set the mode of", path) }
            var written = 0
            while written < bytes.count {
                let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw failure("write", path) }
                written += count
            }
            guard fsync(file) == 0 else { throw failure("flush", path) }
            try flushFolder(of: path)
        }

        /// The octets of a file; at most `limit` and one more.
        static func read(_ path: String, limit: Int) throws(ContactStoreError) -> [UInt8] {
            let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard file >= 0 else { throw failure("open", path) }
            defer { close(file) }
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: limit + 1)
            while bytes.count <= limit {
                let count = chunk.withUnsafeMutableBytes { systemRead(file, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { throw failure("read", path) }
                guard count > 0 else { break }
                bytes += chunk[..<count]
            }
            return bytes
        }

        /// Refuses a file that others than its user may read or write.
        static func requirePrivate(_ path: String) throws(ContactStoreError) {
            var facts = stat()
            guard stat(path, &facts) == 0 else { throw failure("see", path) }
            guard facts.st_mode & 0o077 == 0 else {
                throw .unusable(cause: "others may read \(path); do: chmod 600 \(path)")
            }
        }

        /// Flushes a file that was written by other means, and its name.
        static func flush(_ path: String) throws(ContactStoreError) {
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw failure("open", path) }
            defer { close(file) }
            guard fsync(file) == 0 else { throw failure("flush", path) }
            try flushFolder(of: path)
        }

        /// Gives a file its name, durably; what had that name is gone.
        static func rename(_ path: String, to name: String) throws(ContactStoreError) {
            guard systemRename(path, name) == 0 else { throw failure("rename", path) }
            try flushFolder(of: name)
        }

        /// Gives a file one more name, durably; one that is taken is refused.
        static func link(_ path: String, as name: String) throws(ContactStoreError) {
            guard systemLink(path, name) == 0 else { throw failure("make", name) }
            try flushFolder(of: name)
        }

        static func remove(_ path: String) { unlink(path) }

        private static func flushFolder(of path: String) throws(ContactStoreError) {
            let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            let folder = open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard folder >= 0 else { throw failure("open", parent) }
            defer { close(folder) }
            guard fsync(folder) == 0 else { throw failure("flush", parent) }
        }

        private static func failure(_ what: String, _ path: String) -> ContactStoreError {
            let number = errno
            let words = strerror(number).map { String(cString: $0) } ?? "error \(number)"
            let cause = "can't \(what) \(path): \(words)"
            return number == ENOSPC || number == EDQUOT ? .insufficientStorage(cause: cause) : .unusable(cause: cause)
        }
    }

    // The names `read`, `rename` and `link` belong to SystemFile inside it.
    private func systemRead(_ file: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        read(file, buffer, count)
    }
    private func systemLink(_ path: String, _ name: String) -> CInt { link(path, name) }
    private func systemRename(_ path: String, _ name: String) -> CInt { rename(path, name) }
#endif
