import CZlib

/// A zip archive with one file in it, stored or deflated: the form in which several reporters send DMARC reports. Its directory
/// counts, as for every other reader; archives with more than one file, encrypted ones and those of ZIP64 are refused.
enum ZipArchive {
    private static let endRecord = 22
    private static let fileHeader = 30

    /// The file.
    static func file(in archive: [UInt8], limit: Int, ratio: Int) throws(ReportFault) -> [UInt8] {
        let archive = LittleEndian(archive)
        guard let end = endRecord(of: archive) else { throw .damagedArchive("no directory in the zip archive") }
        guard archive.short(end + 8) == 1, archive.short(end + 10) == 1, let entry = archive.long(end + 16) else {
            throw .damagedArchive("a zip archive with more or less than one file")
        }
        guard archive.long(entry) == 0x0201_4B50, let flags = archive.short(entry + 8),
            let method = archive.short(entry + 10), let sum = archive.long(entry + 16),
            let packed = archive.long(entry + 20), let size = archive.long(entry + 24),
            let header = archive.long(entry + 42), archive.long(header) == 0x0403_4B50,
            let nameLength = archive.short(header + 26), let extraLength = archive.short(header + 28)
        else { throw .damagedArchive("the zip archive's directory is damaged") }
        guard flags & 1 == 0 else { throw .damagedArchive("the zip archive is encrypted") }
        guard packed < 0xFFFF_FFFF, size < 0xFFFF_FFFF else { throw .damagedArchive("a zip archive of ZIP64") }
        guard size <= limit else { throw .unpacksToMore(limit: limit) }
        let start = header + fileHeader + nameLength + extraLength
        guard let content = archive.octets(start, count: packed) else {
            throw .damagedArchive("the zip archive ends too early")
        }
        let file: [UInt8]
        switch method {
        case 0: file = Array(content)
        case 8: file = try Inflater(windowBits: -15, limit: limit, ratio: ratio).inflate(content)
        default: throw .damagedArchive("the zip archive is neither stored nor deflated")
        }
        guard file.count == size, crc32(0, file, UInt32(truncatingIfNeeded: size)) == UInt(sum) else {
            throw .damagedArchive("the zip archive's checksum is wrong")
        }
        return file
    }

    /// The last record of that kind that ends where the archive does: a comment may follow it.
    private static func endRecord(of archive: LittleEndian) -> Int? {
        let last = archive.bytes.count - endRecord
        guard last >= 0 else { return nil }
        return (max(0, last - 0xFFFF)...last).reversed().first { place in
            archive.long(place) == 0x0605_4B50 && archive.short(place + 20) == last - place
        }
    }
}

/// Numbers of which the lowest octet is first.
private struct LittleEndian {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil: they aren't all there.
    func octets(_ place: Int, count: Int) -> ArraySlice<UInt8>? {
        guard place >= 0, count >= 0, place <= bytes.count, count <= bytes.count - place else { return nil }
        return bytes[place..<(place + count)]
    }

    func short(_ place: Int) -> Int? { number(place, count: 2) }

    func long(_ place: Int) -> Int? { number(place, count: 4) }

    private func number(_ place: Int, count: Int) -> Int? {
        octets(place, count: count)?.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
