import CLinux
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The operating system's own calls.
struct HostFileSystem: FileSystem {
    func open(_ name: String, in directory: CInt, flags: CInt, mode: mode_t) throws(SystemCallError) -> CInt {
        try Self.check("openat", openat(directory, name, flags, mode))
    }

    func makeDirectory(_ name: String, in directory: CInt, mode: mode_t) throws(SystemCallError) {
        _ = try Self.check("mkdirat", mkdirat(directory, name, mode))
    }

    func write(_ bytes: UnsafeRawBufferPointer, to file: CInt) throws(SystemCallError) -> Int {
        let taken = systemWrite(file, bytes.baseAddress, bytes.count)
        guard taken >= 0 else { throw SystemCallError(call: "write", code: errno) }
        return taken
    }

    func read(_ count: Int, from file: CInt, at offset: Int) throws(SystemCallError) -> [UInt8] {
        var taken = 0
        let octets = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, initialized in
            taken = pread(file, buffer.baseAddress, buffer.count, off_t(offset))
            initialized = max(0, taken)
        }
        guard taken >= 0 else { throw SystemCallError(call: "pread", code: errno) }
        return octets
    }

    func sync(_ file: CInt) throws(SystemCallError) { _ = try Self.check("fsync", fsync(file)) }

    func syncFileSystem(of file: CInt) throws(SystemCallError) { _ = try Self.check("syncfs", linux_syncfs(file)) }

    /// ext2 to ext4, XFS and tmpfs (linux/magic.h). Others flush nothing then (FUSE), or more than a flush of each file
    /// would (Btrfs).
    func canSyncFileSystem(of file: CInt) -> Bool {
        Self.reportsFailedWrites && [0xEF53, 0x5846_5342, 0x0102_1994].contains(linux_file_system_kind(file))
    }

    /// Before Linux 5.8 syncfs(2) is silent about data that could not be written.
    private static let reportsFailedWrites: Bool = {
        var name = utsname()
        guard uname(&name) == 0 else { return false }
        let release = withUnsafeBytes(of: name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let numbers = release.split(separator: ".").prefix(2).compactMap { Int($0) }
        return numbers.count == 2 && (numbers[0], numbers[1]) >= (5, 8)
    }()

    func setTimes(of file: CInt, to seconds: Int64) throws(SystemCallError) {
        let time = timespec(tv_sec: time_t(seconds), tv_nsec: 0)
        _ = try Self.check(
            "futimens",
            withUnsafePointer(to: (time, time)) { pair in
                pair.withMemoryRebound(to: timespec.self, capacity: 2) { futimens(file, $0) }
            })
    }

    func close(_ file: CInt) throws(SystemCallError) { _ = try Self.check("close", systemClose(file)) }

    func link(_ name: String, in directory: CInt, as newName: String, in newDirectory: CInt) throws(SystemCallError) {
        _ = try Self.check("linkat", linkat(directory, name, newDirectory, newName, 0))
    }

    func rename(_ name: String, in directory: CInt, as newName: String) throws(SystemCallError) {
        _ = try Self.check("renameat", renameat(directory, name, directory, newName))
    }

    func unlink(_ name: String, in directory: CInt) throws(SystemCallError) {
        _ = try Self.check("unlinkat", unlinkat(directory, name, 0))
    }

    func facts(of file: CInt) throws(SystemCallError) -> FileFacts {
        var status = stat()
        _ = try Self.check("fstat", fstat(file, &status))
        return FileFacts(status)
    }

    func facts(of name: String, in directory: CInt) throws(SystemCallError) -> FileFacts {
        var status = stat()
        _ = try Self.check("fstatat", fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW))
        return FileFacts(status)
    }

    func names(in directory: CInt) throws(SystemCallError) -> [String] {
        // A descriptor of its own: reading moves the position, and closedir closes.
        let own = try Self.check("openat", openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0))
        guard let stream = fdopendir(own) else {
            let code = errno
            _ = systemClose(own)
            throw SystemCallError(call: "fdopendir", code: code)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemCallError(call: "readdir", code: errno) }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                    String(validatingCString: $0)
                }
            }
            // A name that isn't UTF-8 can't be one of ours.
            if let name, name != ".", name != ".." { names.append(name) }
        }
    }

    func space(of file: CInt) throws(SystemCallError) -> SpaceFacts {
        var space = statvfs()
        _ = try Self.check("fstatvfs", fstatvfs(file, &space))
        let bytes = UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize))
        return SpaceFacts(
            freeBytes: bytes.overflow ? .max : bytes.partialValue,
            freeFiles: space.f_files == 0 ? nil : UInt64(space.f_favail),
            isReadOnly: UInt64(space.f_flag) & UInt64(ST_RDONLY) != 0)
    }

    func checkWritable(_ directory: CInt) throws(SystemCallError) {
        _ = try Self.check("faccessat", faccessat(directory, ".", W_OK | X_OK, AT_EACCESS))
    }

    func processExists(_ process: pid_t) -> Bool { kill(process, 0) == 0 || errno != ESRCH }

    private static func check(_ call: String, _ result: CInt) throws(SystemCallError) -> CInt {
        guard result >= 0 else { throw SystemCallError(call: call, code: errno) }
        return result
    }
}

extension FileFacts {
    fileprivate init(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .symbolicLink
        default: kind = .other
        }
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(status.st_ino)
        owner = status.st_uid
        isOpenToOthers = status.st_mode & (S_IWGRP | S_IWOTH) != 0
        size = UInt64(max(0, status.st_size))
        modified = Int64(status.st_mtim.tv_sec)
        modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
        changed = Int64(status.st_ctim.tv_sec)
    }
}

// The protocol's method names hide the C functions of the same name.
private func systemWrite(_ file: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(file, bytes, count) }
private func systemClose(_ file: CInt) -> CInt { close(file) }
