#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The system calls that the store makes. Tests put themselves in between.
protocol QueueDisk: Sendable {
    /// Names in a folder without `.` and `..`, in any order.
    func list(_ folder: String) throws(DiskError) -> [String]
    /// A folder for us alone; one that is there is no error.
    func makeFolder(_ path: String) throws(DiskError)
    /// A new file for us alone, to be read and written; one that is there is an error.
    func create(_ path: String) throws(DiskError) -> CInt
    /// A file that is there, to be read and, if so, written.
    func open(_ path: String, toWrite: Bool) throws(DiskError) -> CInt
    /// Octets.
    func size(of file: CInt) throws(DiskError) -> Int
    /// `pwrite`; the number of octets taken.
    func write(_ bytes: UnsafeRawBufferPointer, to file: CInt, at offset: Int) throws(DiskError) -> Int
    /// `pread`; the number of octets brought, 0 at the end of the file.
    func read(_ bytes: UnsafeMutableRawBufferPointer, from file: CInt, at offset: Int) throws(DiskError) -> Int
    /// So many octets, all in memory already; nil: they aren't, or nobody can tell. Never waits for the device.
    func readAtHand(_ count: Int, from file: CInt, at offset: Int) -> [UInt8]?
    /// Flushes octets, and what is needed to find them.
    func sync(_ file: CInt) throws(DiskError)
    /// Cuts a file.
    func truncate(_ file: CInt, to size: Int) throws(DiskError)
    func close(_ file: CInt)
    /// One that is gone is no error.
    func remove(_ path: String) throws(DiskError)
    func rename(_ path: String, to other: String) throws(DiskError)
    /// Flushes new, renamed and removed names.
    func syncFolder(_ path: String) throws(DiskError)
    /// Opens and locks a file for as long as it is open; nil: somebody else has it.
    func lock(_ path: String) throws(DiskError) -> CInt?
}

extension QueueDisk {
    func readAtHand(_ count: Int, from file: CInt, at offset: Int) -> [UInt8]? { nil }

    /// Writes all of it: a short write and EINTR go on where they stopped.
    func writeAll(_ bytes: [UInt8], to file: CInt, at offset: Int) throws(DiskError) {
        var done = 0
        while done < bytes.count {
            let result = bytes.withUnsafeBytes { buffer in
                Result { () throws(DiskError) in
                    try write(UnsafeRawBufferPointer(rebasing: buffer[done...]), to: file, at: offset + done)
                }
            }
            switch result {
            case .failure(let error) where error.code == EINTR: continue
            case .failure(let error): throw error
            case .success(let taken):
                // Taking nothing would go on for ever.
                guard taken > 0, taken <= bytes.count - done else { throw DiskError(call: "pwrite", code: EIO) }
                done += taken
            }
        }
    }

    /// So many octets; fewer at the end of the file.
    func readAll(_ count: Int, from file: CInt, at offset: Int) throws(DiskError) -> [UInt8] {
        var failure: DiskError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
            while filled < count {
                do throws(DiskError) {
                    let rest = UnsafeMutableRawBufferPointer(
                        rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count])
                    let brought = try read(rest, from: file, at: offset + filled)
                    guard brought > 0, brought <= count - filled else { return }
                    filled += brought
                } catch {
                    if error.code == EINTR { continue }
                    failure = error
                    return
                }
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
