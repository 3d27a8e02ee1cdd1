/// The segment that is being filled.
struct SegmentWriter {
    let path: String
    let header: SegmentHeader
    let size: Int
    private let file: CInt
    private let disk: any QueueDisk
    private(set) var end = SegmentHeader.length
    private var footer = SegmentFooter()
    private var isBegun = false

    /// Takes over an open file of this size, which is reused or new. The header goes out with the first frames.
    init(path: String, file: CInt, size: Int, header: SegmentHeader, disk: any QueueDisk) {
        self.path = path
        self.file = file
        self.size = size
        self.header = header
        self.disk = disk
    }

    /// Octets that are left for frames and what they add to the footer.
    var room: Int { size - end - footer.space }

    /// Octets that a segment must have for frames of so many octets.
    static func size(for space: Int) -> Int { SegmentHeader.length + SegmentFooter().space + space }

    /// Octets of the room that a frame takes.
    static func space(_ frame: [LogEntry], encoded: Int) -> Int {
        Frame.overhead + encoded + frame.reduce(0) { $0 + SegmentFooter.growth($1) }
    }

    /// Writes frames; not durable yet.
    mutating func append(_ frames: [(entries: [LogEntry], octets: [UInt8])]) throws(DiskError) -> [FramePlace] {
        var writer = RecordWriter()
        writer.reserve(frames.reduce(0) { $0 + Frame.overhead + $1.octets.count })
        var places: [FramePlace] = []
        for frame in frames {
            let offset = end + writer.octets.count
            try Frame.seal(frame.octets, at: offset, .entries, key: header.key, into: &writer)
            places.append(
                FramePlace(
                    segment: header.generation, offset: UInt32(clamping: offset),
                    length: UInt32(clamping: end + writer.octets.count - offset)))
        }
        if !isBegun { try writeHeader() }
        try disk.writeAll(writer.octets, to: file, at: end)
        end += writer.octets.count
        for (frame, place) in zip(frames, places) { frame.entries.forEach { footer.add($0, at: place) } }
        return places
    }

    private mutating func writeHeader() throws(DiskError) {
        try disk.writeAll(header.octets, to: file, at: 0)
        isBegun = true
    }

    /// Makes the header durable before there are frames.
    mutating func begin() throws(DiskError) {
        try writeHeader()
        try sync()
    }

    /// Makes all that was appended durable. After a failure the segment must not be written again.
    func sync() throws(DiskError) { try disk.sync(file) }

    /// Writes the footer and makes everything durable; the segment is complete.
    func complete() throws(DiskError) {
        guard isBegun else { return }
        let (octets, trailer) = try footer.sealed(at: end, header)
        try disk.writeAll(octets, to: file, at: end)
        try disk.writeAll(trailer, to: file, at: size - SegmentFooter.trailerLength)
        try disk.sync(file)
    }

    /// Takes back what was written behind this end, for good.
    func cut(at end: Int) throws(DiskError) {
        try disk.truncate(file, to: end)
        try disk.sync(file)
    }

    func close() { disk.close(file) }
}
