import Crypto
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One preallocated file of the journal: a header with generation and key, then records.
///
///     header: "SAMOTOPJ", version, generation, key, SHA-256 of all that; one block of 4096 octets
///     record: mark, length of the sealed octets, sequence number; sealed octets; end mark
///
/// A segment is filled once, synced with every batch, and used again under a new generation and key when all its records
/// are done with. So its blocks are allocated already when mail comes in, and a batch costs one flush of data.
final class Segment {
    static let headerLength = 4_096
    private static let magic = Array("SAMOTOPJ".utf8)
    private static let version: UInt32 = 1
    private static let recordMark: UInt32 = 0x4352_4D53
    private static let endMark: UInt32 = 0xBCAD_B2AC
    private static let recordHead = 16
    private static let recordTail = 4

    let path: String
    let size: Int
    private let descriptor: Int32
    private(set) var generation: UInt64 = 0
    private var seal = SegmentSeal()
    private var end = Segment.headerLength
    private var header: [UInt8]?
    /// False after a write or flush on this descriptor failed: it may say success later about octets that are lost.
    private(set) var isTrusted = true
    /// Message records that are not done with.
    var unsettled: Set<UInt64> = []

    /// Opens a segment's file, or makes it with `size` octets.
    init(path: String, size: Int) throws(JournalError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard descriptor >= 0 else { throw JournalError("open", path) }
        self.path = path
        self.descriptor = descriptor
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw JournalError("fstat", path) }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid() else {
            throw JournalError(path: path, code: EINVAL, call: "it is no file of ours; look at it and move it away")
        }
        if status.st_size < size {
            let failure = posix_fallocate(descriptor, 0, off_t(size))
            guard failure == 0 else { throw JournalError(path: path, code: failure, call: "fallocate") }
            guard fsync(descriptor) == 0 else { throw JournalError("fsync", path) }
        }
        self.size = max(size, Int(status.st_size))
    }

    deinit { close(descriptor) }

    /// Octets that a record of so many sealed octets takes.
    static func space(for octets: Int) -> Int { recordHead + octets + SegmentSeal.overhead + recordTail }

    var room: Int { size - end }

    /// Begins a new life under a new key. The header goes out with the first batch.
    func begin(generation: UInt64) {
        self.generation = generation
        seal = SegmentSeal()
        end = Self.headerLength
        unsettled = []
        header = encodedHeader()
    }

    /// Forgets all that was in the segment: its key is overwritten. Not synced: the next batch is.
    func destroy() throws(JournalError) {
        try write([UInt8](repeating: 0, count: Self.headerLength), at: 0)
        generation = 0
    }

    /// Writes a batch, not yet synced.
    func append(_ records: [(sequence: UInt64, octets: [UInt8])]) throws(JournalError) {
        var writer = OctetWriter()
        writer.reserve(records.reduce(0) { $0 + Self.space(for: $1.octets.count) })
        for record in records {
            guard let sealed = try? seal.seal(record.octets, sequence: record.sequence) else {
                throw JournalError(path: path, code: EINVAL, call: "seal")
            }
            writer.write(Self.recordMark)
            writer.write(UInt32(clamping: sealed.count))
            writer.write(record.sequence)
            sealed.withUnsafeBufferPointer { writer.append(Span(_unsafeElements: $0)) }
            writer.write(Self.endMark)
        }
        if let header {
            try write(header, at: 0)
            self.header = nil
        }
        try write(writer.octets, at: end)
        end += writer.octets.count
    }

    /// Flushes what was appended to the device. After a failure the segment must not be written again.
    func sync() throws(JournalError) {
        guard fdatasync(descriptor) == 0 else {
            isTrusted = false
            throw JournalError("fdatasync", path)
        }
    }

    /// Reads the segment as a crash left it. Nil: nothing of it is in use.
    ///
    /// Behind a record that doesn't open others may follow that do, since only this segment's key opens them: they are
    /// found by their mark. A tail that was torn has none behind it.
    func replay() throws(JournalError) -> Replay? {
        let bytes = try read()
        guard bytes.count > Self.headerLength, readHeader(bytes) else { return nil }
        var replay = Replay()
        var index = Self.headerLength
        var isDamaged = false
        while index < bytes.count {
            if let opened = opened(bytes, at: index) {
                replay.records.append((opened.sequence, opened.octets))
                if isDamaged { replay.damaged += 1 }
                isDamaged = false
                index = opened.end
                end = index
            } else {
                isDamaged = true
                guard let next = Self.mark(in: bytes, from: index + 1) else { break }
                index = next
            }
        }
        return replay
    }

    private func opened(_ bytes: [UInt8], at index: Int) -> (sequence: UInt64, octets: [UInt8], end: Int)? {
        guard let record = Self.record(bytes, at: index), let octets = seal.open(record.1, sequence: record.0) else {
            return nil
        }
        return (record.0, octets, record.1.endIndex + Self.recordTail)
    }

    /// What a segment held.
    struct Replay {
        var records: [(sequence: UInt64, octets: [UInt8])] = []
        /// Places where something unreadable stood in front of a record.
        var damaged = 0
    }

    private static func mark(in bytes: [UInt8], from start: Int) -> Int? {
        let first = UInt8(truncatingIfNeeded: recordMark)
        var index = start
        while index + recordHead <= bytes.count {
            if bytes[index] == first {
                var reader = OctetReader(bytes, at: index)
                if reader.number32() == recordMark { return index }
            }
            index += 1
        }
        return nil
    }

    private static func record(_ bytes: [UInt8], at index: Int) -> (UInt64, ArraySlice<UInt8>)? {
        var reader = OctetReader(bytes, at: index)
        guard reader.number32() == recordMark, let length = reader.number32(), let sequence = reader.number64() else {
            return nil
        }
        let start = index + recordHead
        guard length >= SegmentSeal.overhead, Int(length) <= bytes.count - start - recordTail else { return nil }
        let end = start + Int(length)
        var tail = OctetReader(bytes, at: end)
        guard tail.number32() == endMark else { return nil }
        return (sequence, bytes[start..<end])
    }

    private func encodedHeader() -> [UInt8] {
        var writer = OctetWriter()
        for byte in Self.magic { writer.write(byte) }
        writer.write(Self.version)
        writer.write(generation)
        for byte in seal.keyOctets { writer.write(byte) }
        for byte in SHA256.hash(data: writer.octets) { writer.write(byte) }
        return writer.octets + [UInt8](repeating: 0, count: Self.headerLength - writer.octets.count)
    }

    private func readHeader(_ bytes: [UInt8]) -> Bool {
        let keyStart = Self.magic.count + 12
        let hashStart = keyStart + SegmentSeal.keyLength
        guard bytes.starts(with: Self.magic),
            SHA256.hash(data: bytes[..<hashStart]).elementsEqual(bytes[hashStart..<(hashStart + 32)])
        else { return false }
        var reader = OctetReader(bytes, at: Self.magic.count)
        guard reader.number32() == Self.version, let generation = reader.number64() else { return false }
        self.generation = generation
        seal = SegmentSeal(key: Array(bytes[keyStart..<hashStart]))
        return true
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(JournalError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(
                    descriptor, buffer.baseAddress.map { $0 + written }, bytes.count - written, off_t(offset + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                isTrusted = false
                throw JournalError("write", path)
            }
            written += count
        }
    }

    private func read() throws(JournalError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        while filled < size {
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + filled }, size - filled, off_t(filled))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw JournalError("read", path) }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes[..<filled])
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
    var isFull: Bool { code == ENOSPC || code == EDQUOT }
    var description: String { "journal: \(path): \(call): \(String(cString: strerror(code)))" }
}
