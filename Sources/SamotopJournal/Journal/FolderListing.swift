#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The entries of a folder of the journal's.
enum FolderListing {
    /// Names without `.` and `..`, sorted.
    static func names(_ folder: String) throws(JournalError) -> [String] {
        guard let directory = opendir(folder) else { throw JournalError("opendir", folder) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder that isn't there yet, for us alone.
    static func make(_ folder: String) throws(JournalError) {
        if mkdir(folder, 0o700) == 0 {
            let parent = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "."
            try sync(parent.isEmpty ? "/" : parent)
        } else if errno != EEXIST {
            throw JournalError("mkdir", folder)
        }
    }

    /// Removes a file; one that is gone already is no error.
    static func remove(_ path: String) { unlink(path) }

    /// Makes new and removed entries durable.
    static func sync(_ folder: String) throws(JournalError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw JournalError("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw JournalError("fsync", folder) }
    }
}
