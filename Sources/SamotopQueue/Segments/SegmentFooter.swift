/// What stands at the end of a full segment: what it says, without contents, so that a start reads no contents.
///
/// A segment without a footer, as a crash leaves it, or whose footer doesn't open, is read whole.
struct SegmentFooter: Sendable {
    /// What a segment says about one message in the end.
    struct Item: Sendable {
        var message: (place: FramePlace, facts: [UInt8], largeName: String)?
        var status: (place: FramePlace, octets: [UInt8])?
        var isFinished = false
    }

    static let trailerLength = 32
    private static let trailerMark: UInt64 = 0x5245_4C49_4152_5451
    private static let chunk = 32 << 10
    /// Octets around an item.
    private static let itemOverhead = 80

    private var items: [MessageKey: Item] = [:]
    private var order: [MessageKey] = []
    private(set) var messages = 0
    /// Octets that the footer takes at most, with the trailer.
    private(set) var space = trailerLength + 2 * Frame.overhead

    mutating func add(_ entry: LogEntry, at place: FramePlace) {
        space += Self.growth(entry)
        if items[entry.key] == nil { order.append(entry.key) }
        switch entry {
        case .message(let key, let facts, let status, let content):
            var item = Item()
            item.message = (place, facts, content.largeName ?? "")
            if !status.isEmpty { item.status = (place, status) }
            items[key] = item
            messages += 1
        case .status(let key, let octets): items[key, default: Item()].status = (place, octets)
        case .finished(let key):
            var item = Item()
            item.isFinished = true
            items[key] = item
        }
    }

    /// Octets by which an entry lengthens the footer at most, the beginning of a chunk included.
    static func growth(_ entry: LogEntry) -> Int {
        switch entry {
        case .message(_, let facts, let status, _): itemOverhead + facts.count + status.count + Frame.overhead + 255
        case .status(_, let octets): itemOverhead + octets.count + Frame.overhead
        case .finished: itemOverhead
        }
    }

    /// The sealed footer for this offset, and the trailer.
    func sealed(at offset: Int, _ header: SegmentHeader) throws(DiskError) -> (footer: [UInt8], trailer: [UInt8]) {
        var writer = RecordWriter()
        var chunk = RecordWriter()
        for key in order {
            guard let item = items[key] else { continue }
            Self.write(key, item, to: &chunk)
            guard chunk.octets.count >= Self.chunk else { continue }
            try Frame.seal(chunk.octets, at: offset + writer.octets.count, .footer, key: header.key, into: &writer)
            chunk = RecordWriter()
        }
        try Frame.seal(chunk.octets, at: offset + writer.octets.count, .footer, key: header.key, into: &writer)
        var trailer = RecordWriter()
        trailer.write(Self.trailerMark)
        trailer.write(header.generation)
        trailer.write(UInt32(clamping: offset))
        trailer.write(UInt32(clamping: writer.octets.count))
        trailer.write(UInt32(clamping: messages))
        trailer.append(repeatElement(0, count: Self.trailerLength - trailer.octets.count))
        return (writer.octets, trailer.octets)
    }

    /// Where a footer is, if this is the trailer of such a life of the segment.
    static func find(trailer: [UInt8], generation: UInt32) -> (offset: Int, length: Int, messages: Int)? {
        var reader = RecordReader(trailer)
        guard reader.number(UInt64.self) == trailerMark, reader.number(UInt32.self) == generation,
            let offset = reader.number(UInt32.self), let length = reader.number(UInt32.self),
            let messages = reader.number(UInt32.self)
        else { return nil }
        return (Int(offset), Int(length), Int(messages))
    }

    /// Brings what a footer says; false: it isn't as it was written, and what was brought may be a part of it.
    static func read(
        _ footer: [UInt8], at offset: Int, _ header: SegmentHeader, _ body: (MessageKey, Item) -> Void
    ) -> Bool {
        var start = 0
        while start < footer.count {
            guard let (octets, length) = Frame.open(footer[start...], at: offset + start, .footer, key: header.key)
            else {
                return false
            }
            var reader = RecordReader(octets)
            while !reader.isAtEnd {
                guard let (key, item) = read(&reader, header.generation) else { return false }
                body(key, item)
            }
            start += length
        }
        return true
    }

    private static func write(_ key: MessageKey, _ item: Item, to writer: inout RecordWriter) {
        writer.write(UInt8(item.isFinished ? 1 : 0) | (item.message == nil ? 0 : 2) | (item.status == nil ? 0 : 4))
        key.write(to: &writer)
        if let message = item.message {
            writer.write(message.place.offset)
            writer.write(message.place.length)
            writer.writeShort(message.largeName.utf8)
            writer.writeLong(message.facts)
        }
        if let status = item.status {
            writer.write(status.place.offset)
            writer.write(status.place.length)
            writer.writeLong(status.octets)
        }
    }

    private static func read(_ reader: inout RecordReader, _ segment: UInt32) -> (MessageKey, Item)? {
        guard let has = reader.number(UInt8.self), let key = MessageKey(&reader) else { return nil }
        var item = Item(isFinished: has & 1 != 0)
        if has & 2 != 0 {
            guard let offset = reader.number(UInt32.self), let length = reader.number(UInt32.self),
                let name = reader.short(), let facts = reader.long()
            else { return nil }
            item.message = (
                FramePlace(segment: segment, offset: offset, length: length), Array(facts),
                String(decoding: name, as: UTF8.self)
            )
        }
        if has & 4 != 0 {
            guard let offset = reader.number(UInt32.self), let length = reader.number(UInt32.self),
                let octets = reader.long()
            else { return nil }
            item.status = (FramePlace(segment: segment, offset: offset, length: length), Array(octets))
        }
        return (key, item)
    }
}
