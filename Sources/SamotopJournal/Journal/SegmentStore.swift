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
    /// Messages that are done with, and not yet marked so in a segment: that goes out with the next batch.
    private var marks: [UInt64] = []
    /// Files of such messages: removed when the mark is on the device.
    private var doomed: [String] = []
    /// Messages of an earlier run are still being looked at.
    private var isHeld = true
    private var generation: UInt64 = 0
    private var sequence: UInt64 = 0
    private var nextFile = 0
    /// A file is being made that becomes free.
    private var awaitsSpare = false
    private let wrap: KeyWrap?

    init(folder: String, settings: JournalSettings) {
        self.folder = folder
        self.settings = settings
        wrap = settings.wrap
    }

    /// Reads all segments, in the order of their generations; returns the messages that count, in the order in which they
    /// were accepted.
    ///
    /// - Parameter alarm: told of what is no segment of ours and is left alone, and of records that can't be read.
    mutating func replay(alarm: @Sendable (String) -> Void) throws -> [Journal.Held] {
        var found: [(segment: Segment, places: [RecordPlace])] = []
        var settled: Set<UInt64> = []
        var cancelled: Set<UInt64> = []
        for name in try FolderListing.names(folder) where name.hasPrefix("segment-") {
            guard let number = Int(name.dropFirst("segment-".count)) else { continue }
            nextFile = max(nextFile, number + 1)
            guard let segment = try ours("\(folder)/\(name)", alarm: alarm) else { continue }
            var places: [RecordPlace] = []
            var last: UInt64 = 0
            let damaged = try segment.replay { place, octets in
                last = max(last, place.sequence)
                switch JournalRecord.Kind(octets) {
                case .message: places.append(place)
                case .settled(let sequences): settled.formUnion(sequences)
                case .cancelled(let sequences): cancelled.formUnion(sequences)
                case nil: alarm("\(segment.file.path): a record of another version; it is kept, and not delivered")
                }
            }
            guard let damaged else {
                if segment.isDamaged { alarm("\(segment.file.path): its header can't be read; what it held is lost") }
                reuse(segment)
                continue
            }
            if damaged > 0 { alarm("\(segment.file.path): \(damaged) damaged places; what follows them was read") }
            sequence = max(sequence, last)
            found.append((segment, places))
        }
        var held: [Journal.Held] = []
        found.sort { $0.segment.generation < $1.segment.generation }
        for (segment, places) in found {
            generation = max(generation, segment.generation)
            used.append(segment)
            failed.insert(segment.generation)
            // A message that was refused doesn't exist: sent again, it is not to be taken for one that was delivered.
            for place in places where !cancelled.contains(place.sequence) {
                let isSettled = settled.contains(place.sequence)
                if !isSettled { segment.unsettled.insert(place.sequence) }
                held.append(Journal.Held(place: place, isSettled: isSettled))
            }
        }
        return held
    }

    /// Nil: something else has the name of a segment.
    private func ours(_ path: String, alarm: (String) -> Void) throws(JournalError) -> Segment? {
        do throws(JournalError) {
            return try Segment(path: path, size: settings.segmentSize, wrap: wrap)
        } catch {
            if error.isForeign {
                alarm("\(path) is no segment of ours and is left alone; look at it and move it away")
                return nil
            }
            guard error.isFull else { throw error }
            // It can't grow now. What it holds is delivered all the same.
            return try Segment(path: path, size: 0, wrap: wrap)
        }
    }

    /// Keeps a segment for another life; one that is too short, because the device was full when it was made, goes.
    private mutating func reuse(_ segment: Segment) {
        guard segment.file.size >= settings.segmentSize else { return FolderListing.remove(segment.file.path) }
        free.append(segment)
    }

    mutating func nextSequence() -> UInt64 {
        sequence += 1
        return sequence
    }

    /// Marks messages as done with, and frees segments from the oldest on.
    ///
    /// - Parameter files: paths that only these messages need.
    mutating func settle(_ sequences: [UInt64], files: [String]) {
        guard !sequences.isEmpty else { return }
        marks += sequences
        doomed += files
        for segment in used where !segment.unsettled.isEmpty { segment.unsettled.subtract(sequences) }
        retire()
    }

    /// Lets go of segments from an earlier run.
    mutating func release() {
        isHeld = false
        retire()
    }

    private mutating func retire() {
        // The last one is being filled. Oldest first: its marks stand in younger ones.
        while !isHeld, used.count > 1, let oldest = used.first, oldest.unsettled.isEmpty { retireOldest() }
    }

    /// Makes the oldest segment free: its key is overwritten, and with it all that was in it.
    private mutating func retireOldest() {
        let oldest = used.removeFirst()
        failed.remove(oldest.generation)
        do throws(JournalError) {
            // After a failure the descriptor is not flushed again: the file goes, and its key with it.
            guard oldest.file.isTrusted else {
                FolderListing.remove(oldest.file.path)
                return try FolderListing.sync(folder)
            }
            try oldest.destroy()
            try oldest.sync()
            reuse(oldest)
        } catch {
            // Left alone until the next start, which reads what the device really has.
        }
    }

    /// Writes a batch, with the marks that wait, and makes it durable; says where its records are. Nil: no segment is free.
    mutating func write(_ records: [(sequence: UInt64, octets: [UInt8])]) throws(JournalError) -> [RecordPlace]? {
        var batch = records
        if !marks.isEmpty, let octets = try? JournalRecord.settled(marks).encoded() {
            batch.append((nextSequence(), octets))
        }
        if !owed.isEmpty, !records.isEmpty, let octets = try? JournalRecord.cancelled(owed).encoded() {
            batch.append((nextSequence(), octets))
        }
        guard !batch.isEmpty else { return [] }
        let space = batch.reduce(0) { $0 + Segment.space(for: $1.octets.count) }
        guard let segment = try segment(for: space) else { return records.isEmpty ? [] : nil }
        do {
            let places = try segment.append(batch)
            marks = []
            // Marks alone can wait for the next flush.
            guard !records.isEmpty else { return [] }
            try segment.sync()
            owed = []
            removeDoomed()
            segment.unsettled.formUnion(records.map(\.sequence))
            return Array(places.prefix(records.count))
        } catch {
            failed.insert(segment.generation)
            cancel(records.map(\.sequence))
            throw error
        }
    }

    /// When every message is done with: destroys all keys, so that nothing of the delivered messages is left.
    mutating func forget() {
        guard !isHeld, owed.isEmpty, used.allSatisfy(\.unsettled.isEmpty) else { return }
        // Oldest first: its marks stand in younger ones.
        while !used.isEmpty { retireOldest() }
        marks = []
        removeDoomed()
    }

    private mutating func removeDoomed() {
        doomed.forEach(FolderListing.remove)
        doomed = []
    }

    /// The segment to write to; a new one when the last is full or failed.
    private mutating func segment(for space: Int) throws(JournalError) -> Segment? {
        if let last = used.last, !failed.contains(last.generation), last.room >= space { return last }
        let segment: Segment
        if let recycled = free.popLast() {
            segment = recycled
        } else if !awaitsSpare, used.count < settings.maximumSegments {
            segment = Segment(try makeFile().make(), wrap: wrap)
        } else {
            return nil
        }
        generation += 1
        segment.begin(generation: generation)
        used.append(segment)
        return segment
    }

    /// A file yet to be made. It takes a while, for it is filled once.
    struct NewFile: Sendable {
        let folder: String
        let name: String
        let size: Int

        /// Nothing of it is left after a failure.
        func make() throws(JournalError) -> SegmentFile {
            let path = "\(folder)/\(name)"
            do throws(JournalError) {
                let file = try SegmentFile(path: path, size: size)
                try FolderListing.sync(folder)
                return file
            } catch {
                if !error.isForeign { FolderListing.remove(path) }
                throw error
            }
        }
    }

    private mutating func makeFile() -> NewFile {
        defer { nextFile += 1 }
        return NewFile(folder: folder, name: "segment-\(nextFile)", size: settings.segmentSize)
    }

    /// A file to be made now, so that nobody waits for it later; nil while there is one. ``add(spare:)`` must follow.
    mutating func wantedSpare() -> NewFile? {
        guard free.isEmpty, !awaitsSpare, used.count < settings.maximumSegments else { return nil }
        awaitsSpare = true
        return makeFile()
    }

    /// Nil: it could not be made. Whoever needs one tries again, and is told why.
    mutating func add(spare file: SegmentFile?) {
        awaitsSpare = false
        if let file { free.append(Segment(file, wrap: wrap)) }
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
