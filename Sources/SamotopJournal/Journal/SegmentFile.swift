#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Synchronization

/// The open file of a segment. It stays open as long as a ``RecordPlace`` in it is known.
final class SegmentFile: Sendable {
    let path: String
    let size: Int
    private let descriptor: Int32
    private let trusted = Atomic(true)

    /// Opens a file, or makes it with `size` octets. With no size it must be there.
    init(path: String, size: Int) throws(JournalError) {
        let making = size > 0 ? O_CREAT : 0
        let descriptor = open(path, O_RDWR | making | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw JournalError("open", path) }
        self.path = path
        self.descriptor = descriptor
        let found: Int
        do throws(JournalError) {
            found = try Self.prepare(descriptor, path, size)
        } catch {
            close(descriptor)
            throw error
        }
        self.size = max(size, found)
        if found < size { try fill() }
    }

    /// Allocates a file of ours that is too short; says how long it was.
    private static func prepare(_ descriptor: Int32, _ path: String, _ size: Int) throws(JournalError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw JournalError("fstat", path) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
            throw JournalError(path: path, code: EINVAL, call: "it is no file of ours; look at it and move it away")
        }
        if status.st_size < size {
            let failure = posix_fallocate(descriptor, 0, off_t(size))
            guard failure == 0 else { throw JournalError(path: path, code: failure, call: "fallocate") }
        }
        return Int(status.st_size)
    }

    /// Blocks that were written once take a flush of data alone; those that were only allocated take one of metadata too.
    private func fill() throws(JournalError) {
        let zeros = [UInt8](repeating: 0, count: min(size, 1 << 20))
        for offset in stride(from: 0, to: size, by: zeros.count) {
            try write(offset + zeros.count <= size ? zeros : Array(zeros[..<(size - offset)]), at: offset)
        }
        guard fsync(descriptor) == 0 else { throw JournalError("fsync", path) }
    }

    deinit { close(descriptor) }

    /// False after a write or flush failed: the descriptor may say success later about octets that are lost.
    var isTrusted: Bool { trusted.load(ordering: .relaxed) }

    func write(_ bytes: [UInt8], at offset: Int) throws(JournalError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(
                    descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written, off_t(offset + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                trusted.store(false, ordering: .relaxed)
                throw JournalError("write", path)
            }
            written += count
        }
    }

    /// Flushes to the device. After a failure the file must not be written again.
    func sync() throws(JournalError) {
        guard fdatasync(descriptor) == 0 else {
            trusted.store(false, ordering: .relaxed)
            throw JournalError("fdatasync", path)
        }
    }

    /// Up to `count` octets; fewer at the end of the file.
    func read(_ count: Int, at offset: Int) throws(JournalError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let taken = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset + filled))
                if taken < 0, errno == EINTR { continue }
                if taken < 0 { code = errno }
                guard taken > 0 else { break }
                filled += taken
            }
        }
        guard code == 0 else { throw JournalError(path: path, code: code, call: "read") }
        return bytes
    }
}

/// A storage call of the journal failed.
struct JournalError: Error, CustomStringConvertible {
    let path: String
    let code: Int32
    let call: String

    /// The error that `errno` tells of.
    init(_ call: String, _ path: String) { self.init(path: path, code: errno, call: call) }

    init(path: String, code: Int32, call: String) {
        self.path = path
        self.code = code
        self.call = call
    }

    /// Something that isn't a file of ours has the name of one.
    var isForeign: Bool { code == EINVAL || code == ELOOP || code == EISDIR || code == ENXIO }
    var isFull: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }
    var description: String { "journal: \(path): \(call): \(String(cString: strerror(code)))" }
}
