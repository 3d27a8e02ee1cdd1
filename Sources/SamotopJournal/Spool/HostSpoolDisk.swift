#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The operating system's own calls.
struct HostSpoolDisk: SpoolDisk {
    func openNameless(in directory: String) throws(SystemCallError) -> CInt {
        // O_TMPFILE is a macro that Swift doesn't see.
        let nameless: CInt = 0o20_000_000 | O_DIRECTORY
        return try Self.check("open", open(directory, nameless | O_RDWR | O_CLOEXEC, 0o600))
    }

    func openNew(_ path: String) throws(SystemCallError) -> CInt {
        try Self.check("open", open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600))
    }

    func openOld(_ path: String) throws(SystemCallError) -> CInt {
        try Self.check("open", open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC))
    }

    func link(_ file: CInt, as path: String) throws(SystemCallError) {
        // Without a right to link descriptors themselves, their names in /proc do (open(2), O_TMPFILE).
        _ = try Self.check("linkat", linkat(AT_FDCWD, "/proc/self/fd/\(file)", AT_FDCWD, path, AT_SYMLINK_FOLLOW))
    }

    func sync(_ file: CInt) throws(SystemCallError) { _ = try Self.check("fdatasync", fdatasync(file)) }

    func unlink(_ path: String) throws(SystemCallError) { _ = try Self.check("unlink", systemUnlink(path)) }

    func write(_ bytes: UnsafeRawBufferPointer, to file: CInt, at offset: Int) throws(SystemCallError) -> Int {
        let taken = pwrite(file, bytes.baseAddress, bytes.count, off_t(offset))
        guard taken >= 0 else { throw SystemCallError(call: "pwrite", code: errno) }
        return taken
    }

    func read(_ bytes: UnsafeMutableRawBufferPointer, from file: CInt, at offset: Int) throws(SystemCallError) -> Int {
        let brought = pread(file, bytes.baseAddress, bytes.count, off_t(offset))
        guard brought >= 0 else { throw SystemCallError(call: "pread", code: errno) }
        return brought
    }

    func close(_ file: CInt) { _ = systemClose(file) }

    func space(of directory: String) throws(SystemCallError) -> SpoolSpace {
        var space = statvfs()
        _ = try Self.check("statvfs", statvfs(directory, &space))
        let bytes = UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize))
        return SpoolSpace(
            freeBytes: bytes.overflow ? .max : bytes.partialValue,
            freeFiles: space.f_files == 0 ? nil : UInt64(space.f_favail),
            isReadOnly: UInt64(space.f_flag) & UInt64(ST_RDONLY) != 0)
    }

    private static func check(_ call: String, _ result: CInt) throws(SystemCallError) -> CInt {
        guard result >= 0 else { throw SystemCallError(call: call, code: errno) }
        return result
    }
}

// The protocol's method names hide the C functions of the same name.
private func systemUnlink(_ path: String) -> CInt { unlink(path) }
private func systemClose(_ file: CInt) -> CInt { close(file) }
