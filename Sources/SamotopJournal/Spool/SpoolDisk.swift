#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system calls that the spool makes. Tests put themselves in between.
protocol SpoolDisk: Sendable {
    /// `open` with O_TMPFILE: a file without a name in this directory.
    func openNameless(in directory: String) throws(SystemCallError) -> CInt
    /// `open` with O_CREAT and O_EXCL.
    func openNew(_ path: String) throws(SystemCallError) -> CInt
    /// `open` of a file that is there, to be read.
    func openOld(_ path: String) throws(SystemCallError) -> CInt
    /// `linkat` of a file that has no name yet.
    func link(_ file: CInt, as path: String) throws(SystemCallError)
    /// `fdatasync`.
    func sync(_ file: CInt) throws(SystemCallError)
    /// `unlink`.
    func unlink(_ path: String) throws(SystemCallError)
    /// `pwrite`; the number of octets taken.
    func write(_ bytes: UnsafeRawBufferPointer, to file: CInt, at offset: Int) throws(SystemCallError) -> Int
    /// `pread`; the number of octets brought, 0 at the end of the file.
    func read(_ bytes: UnsafeMutableRawBufferPointer, from file: CInt, at offset: Int) throws(SystemCallError) -> Int
    /// `close`.
    func close(_ file: CInt)
    /// `statvfs`.
    func space(of directory: String) throws(SystemCallError) -> SpoolSpace
}

extension SpoolDisk {
    /// Opens a file that only this descriptor can reach, and that is gone with it.
    func openPrivate(in directory: String) throws(SystemCallError) -> CInt {
        while true {
            do throws(SystemCallError) { return try openNameless(in: directory) } catch {
                switch error.code {
                case EINTR: continue
                // The answers of file systems and kernels without O_TMPFILE.
                case EOPNOTSUPP, EISDIR, EINVAL: return try openUnlinked(in: directory)
                default: throw error
                }
            }
        }
    }

    private func openUnlinked(in directory: String) throws(SystemCallError) -> CInt {
        while true {
            let path = "\(directory)/\(String(UInt64.random(in: .min ... .max), radix: 36))"
            let file: CInt
            do throws(SystemCallError) { file = try openNew(path) } catch {
                if error.code == EINTR || error.code == EEXIST { continue }
                throw error
            }
            do throws(SystemCallError) { try unlink(path) } catch {
                close(file)
                throw error
            }
            return file
        }
    }

    /// Writes all of it: a short write and EINTR go on where they stopped.
    func writeAll(_ bytes: UnsafeRawBufferPointer, to file: CInt, at offset: Int) throws(SystemCallError) {
        var done = 0
        while done < bytes.count {
            let taken: Int
            do throws(SystemCallError) {
                taken = try write(UnsafeRawBufferPointer(rebasing: bytes[done...]), to: file, at: offset + done)
            } catch {
                guard error.code == EINTR else { throw error }
                continue
            }
            // Taking nothing would go on for ever.
            guard taken > 0, taken <= bytes.count - done else { throw SystemCallError(call: "pwrite", code: EIO) }
            done += taken
        }
    }

    /// Reads until the buffer is full.
    func readAll(_ bytes: UnsafeMutableRawBufferPointer, from file: CInt, at offset: Int) throws(SystemCallError) {
        var done = 0
        while done < bytes.count {
            let brought: Int
            do throws(SystemCallError) {
                brought = try read(
                    UnsafeMutableRawBufferPointer(rebasing: bytes[done...]), from: file, at: offset + done)
            } catch {
                guard error.code == EINTR else { throw error }
                continue
            }
            guard brought > 0, brought <= bytes.count - done else { throw SystemCallError(call: "pread", code: EIO) }
            done += brought
        }
    }
}
