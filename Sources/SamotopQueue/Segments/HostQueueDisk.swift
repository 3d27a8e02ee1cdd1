import CLinux
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The operating system's own calls.
struct HostQueueDisk: QueueDisk {
    func list(_ folder: String) throws(DiskError) -> [String] {
        guard let directory = opendir(folder) else { throw DiskError(call: "opendir", code: errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    func makeFolder(_ path: String) throws(DiskError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw DiskError(call: "mkdir", code: errno) }
    }

    func create(_ path: String) throws(DiskError) -> CInt {
        try Self.check("open", systemOpen(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC))
    }

    func open(_ path: String, toWrite: Bool) throws(DiskError) -> CInt {
        let file = try Self.check(
            "open", systemOpen(path, (toWrite ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK))
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
            close(file)
            throw DiskError(call: "open: no file of ours", code: EINVAL)
        }
        return file
    }

    func size(of file: CInt) throws(DiskError) -> Int {
        var status = stat()
        _ = try Self.check("fstat", fstat(file, &status))
        return Int(status.st_size)
    }

    func write(_ bytes: UnsafeRawBufferPointer, to file: CInt, at offset: Int) throws(DiskError) -> Int {
        let taken = pwrite(file, bytes.baseAddress, bytes.count, off_t(offset))
        guard taken >= 0 else { throw DiskError(call: "pwrite", code: errno) }
        return taken
    }

    func read(_ bytes: UnsafeMutableRawBufferPointer, from file: CInt, at offset: Int) throws(DiskError) -> Int {
        let brought = pread(file, bytes.baseAddress, bytes.count, off_t(offset))
        guard brought >= 0 else { throw DiskError(call: "pread", code: errno) }
        return brought
    }

    func readAtHand(_ count: Int, from file: CInt, at offset: Int) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
            filled = max(0, linux_read_at_hand(file, buffer.baseAddress, UInt(buffer.count), offset))
        }
        return bytes.count == count ? bytes : nil
    }

    func sync(_ file: CInt) throws(DiskError) { _ = try Self.check("fdatasync", fdatasync(file)) }

    func truncate(_ file: CInt, to size: Int) throws(DiskError) {
        _ = try Self.check("ftruncate", ftruncate(file, off_t(size)))
    }

    func close(_ file: CInt) { _ = systemClose(file) }

    func remove(_ path: String) throws(DiskError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw DiskError(call: "unlink", code: errno) }
    }

    func rename(_ path: String, to other: String) throws(DiskError) {
        _ = try Self.check("rename", systemRename(path, other))
    }

    func syncFolder(_ path: String) throws(DiskError) {
        let folder = try Self.check("open", systemOpen(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        defer { close(folder) }
        _ = try Self.check("fsync", fsync(folder))
    }

    func lock(_ path: String) throws(DiskError) -> CInt? {
        let file = try Self.check("open", systemOpen(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC))
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return file }
        let code = errno
        close(file)
        guard code == EWOULDBLOCK else { throw DiskError(call: "flock", code: code) }
        return nil
    }

    private static func check(_ call: String, _ result: CInt) throws(DiskError) -> CInt {
        guard result >= 0 else { throw DiskError(call: call, code: errno) }
        return result
    }
}

// The protocol's method names hide the C functions of the same name.
private func systemOpen(_ path: String, _ flags: CInt) -> CInt { open(path, flags, 0o600) }
private func systemClose(_ file: CInt) -> CInt { close(file) }
private func systemRename(_ path: String, _ other: String) -> CInt { rename(path, other) }
