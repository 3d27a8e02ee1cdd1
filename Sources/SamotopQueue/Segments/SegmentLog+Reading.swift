import Crypto
import SamotopCore
import Synchronization

// How messages are read while the log is written.
extension SegmentLog {
    /// A segment in use, as readers find it.
    struct Segment: Sendable {
        let path: String
        let key: SymmetricKey
        /// Stays open from the first reading on, unless too many are.
        var file: OpenFile?

        init(_ path: String, _ key: SymmetricKey) {
            self.path = path
            self.key = key
        }
    }

    /// A descriptor, open for as long as somebody holds this.
    final class OpenFile: Sendable {
        let descriptor: CInt
        private let disk: any QueueDisk

        init(_ path: String, _ disk: any QueueDisk) throws(DiskError) {
            self.disk = disk
            descriptor = try disk.open(path, toWrite: false)
        }

        deinit { disk.close(descriptor) }
    }

    /// Segments whose files stay open.
    private static let maximumOpenFiles = 64

    /// Brings a message's content. Blocks.
    func read(_ key: MessageKey, _ body: (Span<UInt8>) throws -> Void) throws {
        var last = FramePlace.none
        while true {
            guard let (place, segment) = place(of: key) else { throw QueueStoreError.unknownMessage }
            // The segment was given up while it was read: the message is somewhere else by now.
            guard place != last, let segment else {
                throw QueueStoreError.damaged(cause: "a message isn't as it was written")
            }
            last = place
            guard let octets = try? frame(place, segment), let content = Self.content(of: key, in: octets) else {
                continue
            }
            switch content {
            case .octets(let octets): return try body(octets.span)
            case .large(let name, let count): return try large.read(name, count: count, body)
            }
        }
    }

    /// A message's content, if that takes no waiting. Not even opening a file is sure to take none: the first reading of each segment does.
    func bytesAtHand(of key: MessageKey) -> [UInt8]? {
        guard let (place, segment) = place(of: key), let segment, let file = segment.file,
            let bytes = disk.readAtHand(Int(place.length), from: file.descriptor, at: Int(place.offset)),
            let octets = Frame.open(bytes[...], at: Int(place.offset), .entries, key: segment.key)?.octets,
            case .octets(let content)? = Self.content(of: key, in: octets)
        else { return nil }
        return content
    }

    private func place(of key: MessageKey) -> (FramePlace, Segment?)? {
        shared.withLock { shared in
            shared.index.entries[key].map { ($0.message, shared.segments[$0.message.segment]) }
        }
    }

    private static func content(of key: MessageKey, in frame: [UInt8]) -> StoredContent? {
        for case .message(key, facts: _, status: _, let content) in LogEntry.read(frame) ?? [] { return content }
        return nil
    }

    /// The octets of a frame; nil: it doesn't open.
    func frame(_ place: FramePlace, _ segment: Segment) throws(DiskError) -> [UInt8]? {
        let file: OpenFile
        if let open = self.file(of: segment, place.segment) {
            file = open
        } else {
            file = try OpenFile(segment.path, disk)
        }
        let bytes = try disk.readAll(Int(place.length), from: file.descriptor, at: Int(place.offset))
        return Frame.open(bytes[...], at: Int(place.offset), .entries, key: segment.key)?.octets
    }

    /// The open file of a segment; nil: there are too many.
    private func file(of segment: Segment, _ generation: UInt32) -> OpenFile? {
        if let file = segment.file { return file }
        guard shared.withLock({ $0.openFiles }) < Self.maximumOpenFiles,
            let file = try? OpenFile(segment.path, disk)
        else { return nil }
        return shared.withLock { shared in
            // It was given up meanwhile, or somebody else was faster.
            guard let now = shared.segments[generation], now.path == segment.path else { return file }
            if let file = now.file { return file }
            shared.segments[generation]?.file = file
            return file
        }
    }
}

extension SegmentLog.Shared {
    fileprivate var openFiles: Int { segments.values.count { $0.file != nil } }
}
