import Crypto
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One preallocated file of the journal: a header with generation and key, then records.
///
///     header: "SAMOTOPJ", version, generation, key, SHA-256 of all that; 2048 octets, and the same again.
///             Version 1 has the key as it is, version 2 sealed with the instance's key
///     record: mark, length of the sealed octets, sequence number; sealed octets; end mark
///
/// A segment is filled once, synced with every batch, and used again under a new generation and key when all its records
/// are done with. So its blocks are allocated already when mail comes in, and a batch costs one flush of data.
final class Segment {
    static let headerLength = 4_096
    private static let magic = Array("SAMOTOPJ".utf8)
    private static let version: UInt32 = 1
    private static let wrappedVersion: UInt32 = 2
    private static let recordMark: UInt32 = 0x4352_4D53
    private static let endMark: UInt32 = 0xBCAD_B2AC
    private static let recordHead = 16
    private static let recordTail = 4

    let file: SegmentFile
    private(set) var generation: UInt64 = 0
    private var seal = SegmentSeal()
    private var end = Segment.headerLength
    private var header: [UInt8]?
    private let wrap: KeyWrap?
    /// A header is whole, and its key was sealed with another instance's key than ours.
    private var needsOtherKey = false
    /// Both copies of the header can't be read: nothing was promised if a crash tore them, else messages are lost.
    private(set) var isDamaged = false
    /// Message records that are not done with.
    var unsettled: Set<UInt64> = []

    /// Opens a segment's file, or makes it with `size` octets.
    convenience init(path: String, size: Int, wrap: KeyWrap? = nil) throws(JournalError) {
        self.init(try SegmentFile(path: path, size: size), wrap: wrap)
    }

    init(_ file: SegmentFile, wrap: KeyWrap? = nil) {
        self.file = file
        self.wrap = wrap
    }

    /// Octets that a record of so many sealed octets takes.
    static func space(for octets: Int) -> Int { recordHead + octets + SegmentSeal.overhead + recordTail }

    var room: Int { file.size - end }

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
        try file.write([UInt8](repeating: 0, count: Self.headerLength), at: 0)
        generation = 0
    }

    /// Writes a batch, not yet synced; says where each record is.
    @discardableResult
    func append(_ records: [(sequence: UInt64, octets: [UInt8])]) throws(JournalError) -> [RecordPlace] {
        var writer = OctetWriter()
        writer.reserve(records.reduce(0) { $0 + Self.space(for: $1.octets.count) })
        var places: [RecordPlace] = []
        for record in records {
            let length = record.octets.count + SegmentSeal.overhead
            writer.write(Self.recordMark)
            writer.write(UInt32(clamping: length))
            writer.write(record.sequence)
            places.append(place(record.sequence, at: end + writer.octets.count, length))
            do { try seal.seal(record.octets, sequence: record.sequence, into: &writer) } catch {
                throw JournalError(path: file.path, code: EINVAL, call: "seal")
            }
            writer.write(Self.endMark)
        }
        if let header {
            try file.write(header, at: 0)
            self.header = nil
        }
        try file.write(writer.octets, at: end)
        end += writer.octets.count
        return places
    }

    private func place(_ sequence: UInt64, at offset: Int, _ length: Int) -> RecordPlace {
        RecordPlace(sequence: sequence, file: file, seal: seal, offset: offset, length: length)
    }

    /// Flushes what was appended to the device. After a failure the segment must not be written again.
    func sync() throws(JournalError) { try file.sync() }

    /// Reads the segment as a crash left it, and brings each record. Nil: nothing of it is in use; else the number of places
    /// where something unreadable stood in front of a record.
    ///
    /// Behind a record that doesn't open others may follow that do, since only this segment's key opens them: they are
    /// found by their mark. A tail that was torn has none behind it.
    func replay(_ body: (RecordPlace, [UInt8]) -> Void) throws(JournalError) -> Int? {
        let bytes = try file.read(file.size, at: 0)
        guard bytes.count > Self.headerLength, readHeader(bytes) else {
            // Mail that was accepted is in it: it isn't taken for a damaged one.
            guard !needsOtherKey else {
                throw JournalError(
                    path: file.path, code: EACCES, call: "its key is sealed with another queue.key; restore that one")
            }
            return nil
        }
        var damaged = 0
        var index = Self.headerLength
        var isBehindDamage = false
        while index < bytes.count {
            if let (sequence, sealed) = Self.record(bytes, at: index),
                let octets = seal.open(sealed, sequence: sequence)
            {
                body(place(sequence, at: sealed.startIndex, sealed.count), octets)
                if isBehindDamage { damaged += 1 }
                isBehindDamage = false
                index = sealed.endIndex + Self.recordTail
                end = index
            } else {
                isBehindDamage = true
                guard let next = Self.mark(in: bytes, from: index + 1) else { break }
                index = next
            }
        }
        return damaged
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
        let wrapped = wrap?.isUsed == true ? wrap?.wrap(seal.keyOctets, generation: generation) : nil
        writer.write(wrapped == nil ? Self.version : Self.wrappedVersion)
        writer.write(generation)
        for byte in wrapped ?? seal.keyOctets { writer.write(byte) }
        for byte in SHA256.hash(data: writer.octets) { writer.write(byte) }
        let copy = writer.octets + [UInt8](repeating: 0, count: Self.headerLength / 2 - writer.octets.count)
        return copy + copy
    }

    /// Takes the first copy that is whole.
    private func readHeader(_ bytes: [UInt8]) -> Bool {
        let header = bytes[..<Self.headerLength]
        isDamaged = header.contains { $0 != 0 }
        let half = Self.headerLength / 2
        for start in [0, half] where readHeader(copy: Array(header[start...].prefix(half))) {
            isDamaged = false
            return true
        }
        return false
    }

    private func readHeader(copy bytes: [UInt8]) -> Bool {
        var reader = OctetReader(bytes, at: Self.magic.count)
        guard bytes.starts(with: Self.magic), let version = reader.number32(), let generation = reader.number64(),
            version == Self.version || version == Self.wrappedVersion
        else { return false }
        let keyStart = Self.magic.count + 12
        let hashStart = keyStart + (version == Self.version ? SegmentSeal.keyLength : KeyWrap.length)
        guard SHA256.hash(data: bytes[..<hashStart]).elementsEqual(bytes[hashStart..<(hashStart + 32)]) else {
            return false
        }
        var key: [UInt8]? = Array(bytes[keyStart..<hashStart])
        if version == Self.wrappedVersion, let wrapped = key { key = wrap?.unwrap(wrapped, generation: generation) }
        guard let key else {
            needsOtherKey = true
            return false
        }
        self.generation = generation
        seal = SegmentSeal(key: key)
        return true
    }
}
