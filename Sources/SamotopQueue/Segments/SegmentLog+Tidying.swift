import Synchronization

// How segments are given up.
extension SegmentLog {
    /// Files that are kept for another life.
    private static let maximumFree = 2

    /// Gives up the oldest segments as long as nothing in them counts; moves what counts away when the log has become too long:
    /// one segment after each batch. A failure is none of the batch's.
    func tidy(_ writing: inout Writing) {
        while let oldest = writing.order.first, writing.order.count > 1 {
            guard shared.withLock({ $0.index.live[oldest.generation] ?? 0 }) == 0 else { break }
            guard giveUpOldest(moving: [], &writing) else { return }
        }
        guard writing.order.count > 1, let oldest = writing.order.first else { return }
        let held = writing.order.reduce(0) { $0 + $1.size }
        let live = shared.withLock { $0.index.liveOctets }
        guard held > 2 * live + settings.slack else { return }
        guard let moved = try? stillCounting(oldest.path, oldest.generation, &writing) else { return }
        _ = giveUpOldest(moving: moved, &writing)
    }

    /// Gives up all segments, so that nothing of finished messages can be read from the device: what isn't finished is written again
    /// to a new one first. Too much of that, or a failure: what is finished goes as its segments do, or the next time.
    ///
    /// - Returns: false: something is left.
    @discardableResult
    func forgetFinished() -> Bool {
        writing.withLock { writing in
            guard writing.failure == nil, writing.hasRemains, !writing.order.isEmpty else { return true }
            guard shared.withLock({ $0.index.liveOctets }) <= settings.movedToForget else { return false }
            let last = writing.lastGeneration
            do throws(DiskError) { try beginNext(&writing) } catch {
                alarm(
                    "queue, \(error.call): errno \(error.code), for another file; what is finished is forgotten later")
                return false
            }
            while let oldest = writing.order.first, oldest.generation <= last {
                guard let moved = try? stillCounting(oldest.path, oldest.generation, &writing),
                    giveUpOldest(moving: moved, &writing)
                else { return false }
            }
            writing.hasRemains = false
            return true
        }
    }

    /// The messages in the oldest segment that aren't finished, as they are now.
    private func stillCounting(
        _ path: String, _ generation: UInt32, _ writing: inout Writing
    ) throws(DiskError) -> [[LogEntry]] {
        guard let segment = shared.withLock({ $0.segments[generation] }) else { return [] }
        let found = shared.withLock { shared in
            shared.index.keys(in: generation).compactMap { key in shared.index.entries[key].map { (key, $0) } }
        }
        var frames: [[LogEntry]] = []
        for (message, entry) in found {
            let entries = try frame(entry.message, segment).flatMap(LogEntry.read) ?? []
            var whole: LogEntry?
            for case .message(message, let facts, _, let content) in entries {
                whole = .message(message, facts: facts, status: try status(of: message, entry.status), content)
            }
            if let whole {
                frames.append([whole])
            } else {
                shared.withLock { $0.index.lose(message) }
                writing.order[0].isDamaged = true
                alarm("\(path): a message can't be read; the file is kept")
            }
        }
        return frames
    }

    private func status(of message: MessageKey, _ place: FramePlace) throws(DiskError) -> [UInt8] {
        guard place != .none, let segment = shared.withLock({ $0.segments[place.segment] }) else { return [] }
        guard let entries = try frame(place, segment).flatMap(LogEntry.read) else {
            alarm("\(segment.path): a message's status can't be read; it begins again")
            return []
        }
        var found: [UInt8] = []
        for entry in entries where entry.key == message {
            switch entry {
            case .message(_, facts: _, let status, _), .status(_, let status): found = status
            case .finished: break
            }
        }
        return found
    }

    /// True: the oldest segment is gone. What was moved, and which messages were finished lately, stands in the active one then.
    private func giveUpOldest(moving moved: [[LogEntry]], _ writing: inout Writing) -> Bool {
        guard let oldest = writing.order.first else { return false }
        let recent = shared.withLock { $0.index.recentKeys(in: oldest.generation) }
        let frames =
            moved
            + stride(from: 0, to: recent.count, by: 128).map { start in
                recent[start..<min(start + 128, recent.count)].map { .finished($0) }
            }
        do throws(QueueStoreError) {
            if !frames.isEmpty { apply(frames, try write(frames, isAdding: false, &writing)) }
        } catch {
            return false
        }
        do throws(DiskError) {
            if oldest.isDamaged {
                _ = try setAside(oldest.path)
            } else {
                try destroy(oldest.path, &writing, reusing: writing.cuts[oldest.generation] == nil ? oldest.size : nil)
            }
        } catch {
            // It stays the oldest: what it says is still read, and does no harm, as long as what follows it is there, too.
            return false
        }
        writing.order.removeFirst()
        writing.cuts[oldest.generation] = nil
        shared.withLock { shared in
            shared.segments[oldest.generation] = nil
            shared.index.forget(segment: oldest.generation)
        }
        return true
    }

    /// Overwrites the salt: nothing that was in the segment can be read from here on, with or without the operator's key.
    ///
    /// - Parameter size: of the file, if it may have another life.
    private func destroy(_ path: String, _ writing: inout Writing, reusing size: Int?) throws(DiskError) {
        let file = try disk.open(path, toWrite: true)
        do throws(DiskError) {
            defer { disk.close(file) }
            try disk.writeAll([UInt8](repeating: 0, count: SegmentHeader.length), to: file, at: 0)
            try disk.sync(file)
        } catch {
            // What the device holds is in doubt: then the whole file goes.
            try disk.remove(path)
            try disk.syncFolder(folder)
            return
        }
        recycle(FreeFile(path: path, size: size ?? 0), &writing)
    }

    /// Keeps a file without a header for another life, or removes it.
    func recycle(_ file: FreeFile, _ writing: inout Writing) {
        if file.size >= settings.segmentSize, writing.free.count < Self.maximumFree {
            writing.free.append(file)
        } else {
            try? disk.remove(file.path)
        }
    }
}
