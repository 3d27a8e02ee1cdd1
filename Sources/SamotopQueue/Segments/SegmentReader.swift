/// Reads a segment that was written by an earlier life of the process.
struct SegmentReader {
    let path: String
    let header: SegmentHeader
    let size: Int
    private let file: CInt
    private let disk: any QueueDisk
    /// Where the footer is, by the trailer.
    let footer: (offset: Int, length: Int, messages: Int)?

    init(path: String, file: CInt, size: Int, header: SegmentHeader, disk: any QueueDisk) throws(DiskError) {
        self.path = path
        self.file = file
        self.size = size
        self.header = header
        self.disk = disk
        let start = max(0, size - SegmentFooter.trailerLength)
        let trailer = try disk.readAll(SegmentFooter.trailerLength, from: file, at: start)
        footer = SegmentFooter.find(trailer: trailer, generation: header.generation)
    }

    func close() { disk.close(file) }

    /// What a segment says.
    struct Contents: Sendable {
        var items: [(key: MessageKey, item: SegmentFooter.Item)] = []
        /// What can't be read, in words.
        var damage: [String] = []
    }

    /// What the segment says about each message, in its order.
    ///
    /// - Parameter cut: what stands from there on was never promised.
    func contents(upTo cut: Int?) throws(DiskError) -> Contents {
        var contents = Contents()
        if let cut {
            let damaged = try scan(min(cut, size), &contents)
            if damaged > 0 { contents.damage = ["\(damaged) damaged places; what follows them was read"] }
            return contents
        }
        if let footer, footer.offset >= SegmentHeader.length, footer.length <= size - footer.offset {
            let octets = try disk.readAll(footer.length, from: file, at: footer.offset)
            contents.items.reserveCapacity(min(footer.messages, size / Frame.overhead))
            let isWhole = SegmentFooter.read(octets, at: footer.offset, header) { contents.items.append(($0, $1)) }
            if isWhole, octets.count == footer.length { return contents }
            contents.items = []
            contents.damage.append("its footer can't be read; the whole of it was")
        } else if footer != nil {
            contents.damage.append("its trailer can't be read; the whole of it was")
        }
        let damaged = try scan(size, &contents)
        if damaged > 0 { contents.damage.append("\(damaged) damaged places; what follows them was read") }
        return contents
    }

    /// Takes what each frame says. Returns the number of places where something unreadable stands in front of a frame: a torn
    /// tail has none behind it.
    private func scan(_ end: Int, _ contents: inout Contents) throws(DiskError) -> Int {
        let bytes = try disk.readAll(end, from: file, at: 0)
        var damaged = 0
        var isBehindDamage = false
        var index = SegmentHeader.length
        while index < bytes.count {
            if let (octets, length) = Frame.open(bytes[index...], at: index, .entries, key: header.key),
                let entries = LogEntry.read(octets)
            {
                if isBehindDamage { damaged += 1 }
                isBehindDamage = false
                let place = FramePlace(
                    segment: header.generation, offset: UInt32(clamping: index), length: UInt32(clamping: length))
                for entry in entries { contents.items.append((entry.key, entry.item(at: place))) }
                index += length
            } else if Frame.open(bytes[index...], at: index, .footer, key: header.key) != nil {
                break
            } else {
                isBehindDamage = true
                guard let next = Self.mark(in: bytes, from: index + 1) else { break }
                index = next
            }
        }
        return damaged
    }

    private static func mark(in bytes: [UInt8], from start: Int) -> Int? {
        let first = UInt8(truncatingIfNeeded: Frame.mark)
        var index = start
        while index + Frame.overhead <= bytes.count {
            if bytes[index] == first {
                var reader = RecordReader(bytes, at: index)
                if reader.number(UInt32.self) == Frame.mark { return index }
            }
            index += 1
        }
        return nil
    }
}

extension LogEntry {
    /// The same as a footer says it.
    fileprivate func item(at place: FramePlace) -> SegmentFooter.Item {
        var item = SegmentFooter.Item()
        switch self {
        case .message(_, let facts, let status, let content):
            item.message = (place, facts, content.largeName ?? "")
            if !status.isEmpty { item.status = (place, status) }
        case .status(_, let octets): item.status = (place, octets)
        case .finished: item.isFinished = true
        }
        return item
    }
}
