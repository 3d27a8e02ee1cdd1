#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system calls that Maildir delivery makes. Tests put themselves in between.
///
/// Names are relative to an open directory, so that a folder that someone moves or replaces can't lead a write elsewhere.
protocol FileSystem: Sendable {
    /// `openat`.
    func open(_ name: String, in directory: CInt, flags: CInt, mode: mode_t) throws(SystemCallError) -> CInt
    /// `mkdirat`.
    func makeDirectory(_ name: String, in directory: CInt, mode: mode_t) throws(SystemCallError)
    /// `write`; the number of octets taken.
    func write(_ bytes: UnsafeRawBufferPointer, to file: CInt) throws(SystemCallError) -> Int
    /// `pread`; fewer octets than asked for at the end of the file.
    func read(_ count: Int, from file: CInt, at offset: Int) throws(SystemCallError) -> [UInt8]
    /// `fsync`.
    func sync(_ file: CInt) throws(SystemCallError)
    /// `syncfs`: flushes all that was written to the file system that this descriptor is on.
    func syncFileSystem(of file: CInt) throws(SystemCallError)
    /// Does ``syncFileSystem(of:)`` report what could not be written, and is it cheap enough to serve many files?
    func canSyncFileSystem(of file: CInt) -> Bool
    /// `futimens`: when the file was last read and written, in seconds since 1970.
    func setTimes(of file: CInt, to seconds: Int64) throws(SystemCallError)
    /// `close`. The descriptor is gone even when this throws.
    func close(_ file: CInt) throws(SystemCallError)
    /// `linkat`; never replaces.
    func link(_ name: String, in directory: CInt, as newName: String, in newDirectory: CInt) throws(SystemCallError)
    /// `renameat`, within a directory; replaces what has the new name.
    func rename(_ name: String, in directory: CInt, as newName: String) throws(SystemCallError)
    /// `unlinkat`.
    func unlink(_ name: String, in directory: CInt) throws(SystemCallError)
    /// `fstat`.
    func facts(of file: CInt) throws(SystemCallError) -> FileFacts
    /// `fstatat`, of a symbolic link itself.
    func facts(of name: String, in directory: CInt) throws(SystemCallError) -> FileFacts
    /// `readdir`; without `.` and `..`.
    func names(in directory: CInt) throws(SystemCallError) -> [String]
    /// `fstatvfs`.
    func space(of file: CInt) throws(SystemCallError) -> SpaceFacts
    /// `faccessat` with the effective user: may we make files here?
    func checkWritable(_ directory: CInt) throws(SystemCallError)
    /// `kill` with no signal.
    func processExists(_ process: pid_t) -> Bool
}

extension FileSystem {
    /// Writes all of it: a short write and EINTR go on where they stopped.
    func writeAll(_ bytes: UnsafeRawBufferPointer, to file: CInt) throws(SystemCallError) {
        var rest = bytes
        while !rest.isEmpty {
            let taken: Int
            do { taken = try write(rest, to: file) } catch {
                guard error.code == EINTR else { throw error }
                continue
            }
            // Taking nothing would go on for ever.
            guard taken > 0, taken <= rest.count else { throw SystemCallError(call: "write", code: EIO) }
            rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
        }
    }

    /// Flushes to the device. Only an interruption is repeated: after any other failure the kernel may have dropped the
    /// data and forgotten about it, so a second call could succeed without them.
    func syncAll(_ file: CInt) throws(SystemCallError) {
        while true {
            do { return try sync(file) } catch { if error.code != EINTR { throw error } }
        }
    }

    /// Flushes a file system; as in ``syncAll(_:)`` only an interruption is repeated.
    func syncAllFileSystem(of file: CInt) throws(SystemCallError) {
        while true {
            do { return try syncFileSystem(of: file) } catch { if error.code != EINTR { throw error } }
        }
    }

    /// Closes; an interrupted close has closed.
    func closeAll(_ file: CInt) throws(SystemCallError) {
        do { try close(file) } catch { if error.code != EINTR { throw error } }
    }

    /// Opens; repeated when interrupted.
    func openAll(_ name: String, in directory: CInt, flags: CInt, mode: mode_t = 0) throws(SystemCallError) -> CInt {
        while true {
            do { return try open(name, in: directory, flags: flags | O_CLOEXEC, mode: mode) } catch {
                if error.code != EINTR { throw error }
            }
        }
    }

    /// Removes a name; one that is gone already is fine. Tried twice, as leaving it would leave a part of a message.
    func remove(_ name: String, in directory: CInt) throws(SystemCallError) {
        do { return try unlink(name, in: directory) } catch { if error.code == ENOENT { return } }
        do { try unlink(name, in: directory) } catch { if error.code != ENOENT { throw error } }
    }
}
