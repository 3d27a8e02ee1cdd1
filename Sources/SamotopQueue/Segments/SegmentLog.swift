import Crypto
import SamotopCore
import Synchronization

/// The segments of a store, in a folder of its own: what the committer writes, and where readers find it.
///
/// One log of all that happens: messages with their contents, statuses, ends. Only the oldest segment is ever given up, when nothing in
/// it counts any more; what still counts in it when the log has grown too long is written again at the end first. So whatever a
/// segment says about older ones is no longer needed once it is the oldest itself.
final class SegmentLog: Sendable {
    struct Shared: Sendable {
        var index: StoreIndex
        /// Those in use, by their generation.
        var segments: [UInt32: Segment] = [:]
    }

    struct Writing: Sendable {
        var active: SegmentWriter?
        /// Segments in use, the oldest first; the active one is the last.
        var order: [(generation: UInt32, path: String, size: Int, isDamaged: Bool)] = []
        var free: [FreeFile] = []
        /// A file is being made behind the committer's back.
        var awaitsSpare = false
        var lastGeneration: UInt32 = 0
        var nextFile = 0
        /// Where segments end whose last flush failed, by generation.
        var cuts: [UInt32: Int] = [:]
        /// Failures without a success between them.
        var failures = 0
        var failure: QueueStoreError?
        var lock: CInt?
        /// Something of finished messages may still be on the device.
        var hasRemains = true
    }

    struct FreeFile: Sendable {
        let path: String
        let size: Int
    }

    /// How far the log was before a write.
    private struct WriteStart {
        let segments: Int
        let active: (generation: UInt32, end: Int)?
    }

    /// So many failures in a row are enough: the device is left alone.
    static let maximumFailures = 3

    let folder: String
    let key: SymmetricKey?
    let settings: SegmentedQueueStoreSettings
    let disk: any QueueDisk
    let large: LargeContents
    let alarm: @Sendable (String) -> Void
    let shared: Mutex<Shared>
    let writing = Mutex(Writing())

    init(
        folder: String, key: SymmetricKey?, settings: SegmentedQueueStoreSettings, disk: any QueueDisk,
        alarm: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        self.key = key
        self.settings = settings
        self.disk = disk
        self.alarm = alarm
        large = LargeContents(
            folder: folder + "/large", key: key, disk: disk, destroys: settings.forgetting != nil)
        shared = Mutex(Shared(index: StoreIndex(remembered: settings.rememberedMessages)))
    }

    func isKnown(_ key: MessageKey) -> Bool { shared.withLock { $0.index.isKnown(key) } }

    /// Octets of a message's content; nil: it isn't queued.
    func size(of key: MessageKey) -> Int? { shared.withLock { $0.index.entries[key]?.size } }

    /// Names of live messages' own files.
    var largeNames: Set<String> { shared.withLock { Set($0.index.largeNames.values) } }

    // MARK: Writing

    /// Makes frames durable, each whole or not at all, and everything they say true.
    ///
    /// - Parameter isAdding: they may not take the room that is kept for statuses and ends.
    func commit(_ frames: [[LogEntry]], isAdding: Bool) throws(QueueStoreError) {
        let result = writing.withLock { writing in
            Result { () throws(QueueStoreError) in
                if let failure = writing.failure { throw failure }
                let places = try write(frames, isAdding: isAdding, &writing)
                apply(frames, places)
                if frames.contains(where: { $0.contains(where: \.isChange) }) { writing.hasRemains = true }
                tidy(&writing)
            }
        }
        try result.get()
    }

    func write(
        _ frames: [[LogEntry]], isAdding: Bool, _ writing: inout Writing
    ) throws(QueueStoreError) -> [FramePlace] {
        let start = WriteStart(
            segments: writing.order.count, active: writing.active.map { ($0.header.generation, $0.end) })
        var isTouched = false
        do throws(DiskError) {
            let places = try append(frames, isAdding: isAdding, &writing, &isTouched)
            try writing.active?.sync()
            writing.failures = 0
            return places
        } catch {
            // Without a new segment nothing was written, and the one that is being filled is as good as before.
            if isTouched || !error.isFull { undo(to: start, after: error, &writing) }
            throw writing.failure ?? error.storeError
        }
    }

    private func append(
        _ frames: [[LogEntry]], isAdding: Bool, _ writing: inout Writing, _ isTouched: inout Bool
    ) throws(DiskError) -> [FramePlace] {
        var places: [FramePlace] = []
        var batch: [(entries: [LogEntry], octets: [UInt8])] = []
        var space = 0
        for entries in frames {
            var writer = RecordWriter()
            for entry in entries { entry.write(to: &writer) }
            let needed = SegmentWriter.space(entries, encoded: writer.octets.count)
            if space + needed > room(isAdding: isAdding, writing) {
                // First the new file: when there is none, nothing has been written yet.
                let next = try makeActive(for: needed, &writing)
                isTouched = true
                do throws(DiskError) {
                    if !batch.isEmpty, let written = try writing.active?.append(batch) { places += written }
                } catch {
                    next.close()
                    writing.free.append(FreeFile(path: next.path, size: next.size))
                    throw error
                }
                batch = []
                space = 0
                try replaceActive(by: next, &writing)
            }
            batch.append((entries, writer.octets))
            space += needed
            if space >= settings.segmentSize / 4 {
                isTouched = true
                if let written = try writing.active?.append(batch) { places += written }
                batch = []
                space = 0
            }
        }
        isTouched = true
        if !batch.isEmpty, let written = try writing.active?.append(batch) { places += written }
        return places
    }

    /// Octets that frames may take in the active segment.
    private func room(isAdding: Bool, _ writing: Writing) -> Int {
        guard let active = writing.active else { return 0 }
        let reserve = isAdding && writing.free.isEmpty ? settings.segmentSize / 8 : 0
        return active.room - reserve
    }

    private func makeActive(for space: Int, _ writing: inout Writing) throws(DiskError) -> SegmentWriter {
        let size = max(settings.segmentSize, SegmentWriter.size(for: space))
        let file: FreeFile
        if let place = writing.free.lastIndex(where: { $0.size >= size }) {
            file = writing.free.remove(at: place)
        } else {
            file = try makeFile(nextPath(&writing), size)
        }
        do throws(DiskError) {
            let descriptor = try disk.open(file.path, toWrite: true)
            writing.lastGeneration += 1
            let header = SegmentHeader(generation: writing.lastGeneration, key: key, cuts: writing.cuts)
            return SegmentWriter(path: file.path, file: descriptor, size: file.size, header: header, disk: disk)
        } catch {
            writing.free.append(file)
            throw error
        }
    }

    private func replaceActive(by next: SegmentWriter, _ writing: inout Writing) throws(DiskError) {
        let last = writing.active
        writing.active = next
        writing.order.append((next.header.generation, next.path, next.size, false))
        shared.withLock { $0.segments[next.header.generation] = Segment(next.path, next.header.key) }
        defer { last?.close() }
        try last?.complete()
    }

    /// After a failure: what was written doesn't exist. Where the device may have it all the same, the next segment says so.
    private func undo(
        to start: WriteStart, after error: DiskError, _ writing: inout Writing
    ) {
        let active = writing.active
        defer { active?.close() }
        // Its offsets have been sealed: it is never written again.
        writing.active = nil
        if error.isFull, error.call != "fdatasync", writing.order.count == start.segments, let begun = start.active {
            do throws(DiskError) {
                try active?.cut(at: begun.end)
                return
            } catch {}
        }
        if let begun = start.active { writing.cuts[begun.generation] = begun.end }
        for segment in writing.order[start.segments...] { writing.cuts[segment.generation] = SegmentHeader.length }
        writing.failures += 1
        let cause = "queue, \(error.call): errno \(error.code)"
        if writing.failures < Self.maximumFailures, writing.cuts.count < SegmentHeader.maximumCuts {
            alarm("\(cause); what was under way was refused, and the queue goes on in another file")
            beginAnew(&writing)
        } else {
            writing.failure = .failed(cause: "\(cause); the store must be opened again")
        }
    }

    /// Makes the cuts durable. If it can't be done now, what is written next brings them along.
    private func beginAnew(_ writing: inout Writing) {
        do throws(DiskError) { try beginNext(&writing) } catch {
            alarm("queue, \(error.call): errno \(error.code), for another file")
        }
    }

    /// What is written from here on is in another segment.
    func beginNext(_ writing: inout Writing) throws(DiskError) {
        var next = try makeActive(for: 0, &writing)
        do throws(DiskError) { try next.begin() } catch {
            next.close()
            try? disk.remove(next.path)
            throw error
        }
        try replaceActive(by: next, &writing)
    }

    func apply(_ frames: [[LogEntry]], _ places: [FramePlace]) {
        var doomed: [String] = []
        shared.withLock { shared in
            for (entries, place) in zip(frames, places) {
                for entry in entries {
                    switch entry {
                    case .message(let key, let facts, let status, let content):
                        shared.index.addMessage(
                            key, at: place, hasStatus: !status.isEmpty, size: MessageFacts.size(in: facts),
                            largeName: content.largeName ?? "")
                    case .status(let key, _): shared.index.setStatus(key, at: place)
                    case .finished(let key):
                        if let name = shared.index.finish(key, in: place.segment) { doomed.append(name) }
                    }
                }
            }
        }
        doomed.forEach(large.remove)
    }

    // MARK: Files

    func nextPath(_ writing: inout Writing) -> String {
        writing.nextFile += 1
        return "\(folder)/segment-\(writing.nextFile)"
    }

    /// A file whose blocks are written once: from then on a flush is one of data alone. Nothing is left after a failure.
    func makeFile(_ path: String, _ size: Int) throws(DiskError) -> FreeFile {
        let file = try disk.create(path)
        defer { disk.close(file) }
        do throws(DiskError) {
            let zeros = [UInt8](repeating: 0, count: min(size, 1 << 20))
            for offset in stride(from: 0, to: size, by: zeros.count) {
                try disk.writeAll(
                    offset + zeros.count <= size ? zeros : Array(zeros[..<(size - offset)]), to: file, at: offset)
            }
            try disk.sync(file)
            try disk.syncFolder(folder)
            return FreeFile(path: path, size: size)
        } catch {
            try? disk.remove(path)
            throw error
        }
    }

    /// The path of a file to be made behind the committer's back; nil: there is one, or will be. ``add(spare:)`` must follow.
    func wantedSpare() -> String? {
        writing.withLock { writing in
            guard writing.free.isEmpty, !writing.awaitsSpare, writing.failure == nil else { return nil }
            writing.awaitsSpare = true
            return nextPath(&writing)
        }
    }

    func add(spare: FreeFile?) {
        writing.withLock { writing in
            writing.awaitsSpare = false
            if let spare { writing.free.append(spare) }
        }
    }

    // MARK: The end

    /// Completes the active segment. Nothing is written from here on.
    func stop() {
        writing.withLock { writing in
            if writing.failure == nil { try? writing.active?.complete() }
            writing.active?.close()
            writing.active = nil
            writing.failure = writing.failure ?? .failed(cause: "queue: the store is closed")
        }
    }

    /// Stops, and lets go of the folder.
    func close() {
        stop()
        writing.withLock { writing in
            if let lock = writing.lock { disk.close(lock) }
            writing.lock = nil
        }
    }

    deinit { close() }
}
