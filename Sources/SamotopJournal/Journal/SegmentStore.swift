import SamotopCore

/// The segments of a journal, used by the committer alone.
struct SegmentStore {
    private let folder: String
    private let settings: JournalSettings
    /// Oldest first; the last one is being filled, unless it failed.
    private var used: [Segment] = []
    private var free: [Segment] = []
    /// Segments whose flush failed: never written again, kept until their records are done with.
    private var failed: Set<UInt64> = []
    /// Refused records that could not be cancelled yet: that goes out with the next batch.
    private var owed: [UInt64] = []
    private var generation: UInt64 = 0
    private var sequence: UInt64 = 0
    private var nextFile = 0

    init(folder: String, settings: JournalSettings) {
        self.folder = folder
        self.settings = settings
    }

    /// Reads all segments, in the order of their generations.
    ///
    /// - Parameter alarm: told of what is no segment of ours and is left alone, and of records that can't be read.
    mutating func replay(
        alarm: @Sendable (String) -> Void
    ) throws -> (unsettled: [Journal.Unsettled], recent: [ReceivedMessage]) {
        var found: [(segment: Segment, records: [(sequence: UInt64, octets: [UInt8])])] = []
        for name in try FolderListing.names(folder) where name.hasPrefix("segment-") {
            guard let number = Int(name.dropFirst("segment-".count)) else { continue }
            nextFile = max(nextFile, number + 1)
            guard let segment = try ours("\(folder)/\(name)", alarm: alarm) else { continue }
            guard let replay = try segment.replay() else {
                free.append(segment)
                continue
            }
            if replay.damaged > 0 {
                alarm("\(segment.path): \(replay.damaged) damaged places; what follows them was read")
            }
            found.append((segment, replay.records))
        }
        found.sort { $0.segment.generation < $1.segment.generation }
        var settled: Set<UInt64> = []
        var cancelled: Set<UInt64> = []
        var messages: [(sequence: UInt64, message: ReceivedMessage)] = []
        for (segment, records) in found {
            for record in records {
                sequence = max(sequence, record.sequence)
                switch JournalRecord(record.octets) {
                case .message(let message):
                    messages.append((record.sequence, message))
                    segment.unsettled.insert(record.sequence)
                case .settled(let sequences): settled.formUnion(sequences)
                case .cancelled(let sequences): cancelled.formUnion(sequences)
                case nil: alarm("\(segment.path): a record of another version; it is kept, and not delivered")
                }
            }
            generation = max(generation, segment.generation)
            used.append(segment)
            failed.insert(segment.generation)
        }
        for segment in used { segment.unsettled = segment.unsettled.subtracting(settled).subtracting(cancelled) }
        // A message that was refused doesn't exist: sent again, it is not to be taken for one that was delivered.
        messages.removeAll { cancelled.contains($0.sequence) }
        let unsettled = messages.filter { !settled.contains($0.sequence) }
            .map { Journal.Unsettled(sequence: $0.sequence, message: $0.message) }
        return (unsettled, messages.map(\.message))
    }

    /// Nil: something else has the name of a segment.
    private func ours(_ path: String, alarm: (String) -> Void) throws(JournalError) -> Segment? {
        let result = Result { () throws(JournalError) in try Segment(path: path, size: settings.segmentSize) }
        if case .failure(let error) = result, error.isForeign {
            alarm("\(path) is no segment of ours and is left alone; look at it and move it away")
            return nil
        }
        return try result.get()
    }

    mutating func nextSequence() -> UInt64 {
        sequence += 1
        return sequence
    }

    /// Marks messages as done with, and frees segments from the oldest on.
    mutating func settle(_ sequences: [UInt64]) {
        guard !sequences.isEmpty else { return }
        for segment in used { segment.unsettled.subtract(sequences) }
        // The last one is being filled. Oldest first: its marks stand in younger ones.
        while used.count > 1, let oldest = used.first, oldest.unsettled.isEmpty {
            used.removeFirst()
            failed.remove(oldest.generation)
            do throws(JournalError) {
                // After a failure the descriptor is not flushed again: the file goes, and its key with it.
                guard oldest.isTrusted else {
                    FolderListing.remove(oldest.path)
                    try FolderListing.sync(folder)
                    continue
                }
                try oldest.destroy()
                try oldest.sync()
                free.append(oldest)
            } catch {
                // Left alone until the next start, which reads what the device really has.
                continue
            }
        }
    }

    /// Writes a batch and makes it durable. False: no segment is free.
    mutating func write(_ records: [(sequence: UInt64, octets: [UInt8])], settling: [UInt64]) throws(JournalError)
        -> Bool
    {
        var batch = records
        if !settling.isEmpty, let octets = try? JournalRecord.settled(settling).encoded() {
            batch.append((nextSequence(), octets))
        }
        if !owed.isEmpty, !records.isEmpty, let octets = try? JournalRecord.cancelled(owed).encoded() {
            batch.append((nextSequence(), octets))
        }
        guard !batch.isEmpty else { return true }
        let space = batch.reduce(0) { $0 + Segment.space(for: $1.octets.count) }
        guard let segment = try segment(for: space) else { return records.isEmpty }
        do {
            try segment.append(batch)
            // Marks alone can wait for the next flush.
            if !records.isEmpty {
                try segment.sync()
                owed = []
            }
        } catch {
            failed.insert(segment.generation)
            cancel(records.map(\.sequence))
            throw error
        }
        segment.unsettled.formUnion(records.map(\.sequence))
        return true
    }

    /// The segment to write to; a new one when the last is full or failed.
    private mutating func segment(for space: Int) throws(JournalError) -> Segment? {
        if let last = used.last, !failed.contains(last.generation), last.room >= space { return last }
        let segment: Segment
        if let recycled = free.popLast() {
            segment = recycled
        } else if used.count < settings.maximumSegments {
            segment = try Segment(path: "\(folder)/segment-\(nextFile)", size: settings.segmentSize)
            nextFile += 1
            try FolderListing.sync(folder)
        } else {
            return nil
        }
        generation += 1
        segment.begin(generation: generation)
        used.append(segment)
        return segment
    }

    /// What was answered with 451 must not come back at a replay, even if it reached the device after all.
    private mutating func cancel(_ sequences: [UInt64]) {
        guard !sequences.isEmpty else { return }
        owed += sequences
        guard let octets = try? JournalRecord.cancelled(owed).encoded(),
            let segment = try? segment(for: Segment.space(for: octets.count))
        else { return }
        do throws(JournalError) {
            try segment.append([(nextSequence(), octets)])
            try segment.sync()
            owed = []
        } catch {
            failed.insert(segment.generation)
        }
    }
}
