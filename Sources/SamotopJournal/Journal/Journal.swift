#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import SamotopCore
import Synchronization

/// Numbers of a ``Journal``.
public struct JournalSettings: Sendable, Hashable {
    /// Octets of a segment file.
    public var segmentSize = 16 << 20
    /// Segment files at most; when all are in use, accepting waits.
    public var maximumSegments = 32
    /// Octets of a batch at most.
    public var maximumBatch = 4 << 20
    /// 32 octets that the keys of segments are sealed with, or were; nil: a segment's key stands in it as it is.
    public var instanceKey: [UInt8]?
    /// Seal them; otherwise the instance's key only opens what was sealed before.
    public var sealsKeys = false

    var wrap: KeyWrap? { instanceKey.map { KeyWrap(instanceKey: $0, isUsed: sealsKeys) } }

    /// The defaults: 512 MiB in all.
    public init() {}
}

/// The durable journal: append-only segments, and one committer that makes all that waits durable with one flush.
///
/// Batches form by themselves: while one flush runs, the next batch gathers. A batch that couldn't be made durable doesn't
/// exist: its segment is never written again, its records are cancelled in a new one, and everybody who waited is told.
final class Journal: Sendable {
    private enum Item {
        case append([UInt8], CheckedContinuation<RecordPlace, any Error>)
        case settle([UInt64], files: [String])
        case forget
        case release
        case spare(SegmentFile?)

        var isAppend: Bool { if case .append = self { true } else { false } }

        /// It may have made room.
        var mayFree: Bool {
            switch self {
            case .settle, .spare: true
            case .append, .forget, .release: false
            }
        }
    }

    private struct Queue {
        var items: [Item] = []
        var isCommitting = false
    }

    private let queue = Mutex(Queue())
    private let store: Mutex<SegmentStore>
    private let committer = StorageThreads(count: 1, name: "committer")
    private let maker = StorageThreads(count: 1, name: "segments")
    private let maximumBatch: Int

    /// A message that was accepted before the last stop.
    struct Held: Sendable {
        let place: RecordPlace
        /// It is known to be delivered.
        let isSettled: Bool
    }

    /// Opens the journal in a folder, which must exist.
    ///
    /// - Returns: also each message that the journal still holds, in the order in which they were accepted.
    static func open(
        _ folder: String, _ settings: JournalSettings, alarm: @Sendable (String) -> Void = { _ in }
    ) throws -> (journal: Journal, held: [Held]) {
        let journal = Journal(folder, settings)
        let held = try journal.store.withLock { store in try store.replay(alarm: alarm) }
        journal.makeSpare()
        return (journal, held)
    }

    private init(_ folder: String, _ settings: JournalSettings) {
        store = Mutex(SegmentStore(folder: folder, settings: settings))
        maximumBatch = min(settings.maximumBatch, settings.segmentSize / 2)
    }

    /// Largest record that fits.
    var maximumRecord: Int { maximumBatch / 2 }

    /// Makes a record durable; says where it is when it is on the device.
    func append(_ octets: [UInt8]) async throws -> RecordPlace {
        try await withCheckedThrowingContinuation { add(.append(octets, $0)) }
    }

    /// These messages are done with. Recorded with the next batch; nobody waits for it.
    ///
    /// - Parameter files: paths that only these messages need: removed when that is on the device.
    func settle(_ sequences: [UInt64], files: [String] = []) {
        guard !sequences.isEmpty else { return }
        add(.settle(sequences, files: files))
    }

    /// Segments with messages of an earlier run are kept until this call, also when they are done with.
    func release() { add(.release) }

    /// If every message is done with by now, nothing of them can be read from here on.
    func forget() { add(.forget) }

    private func add(_ item: Item) {
        let mustStart = queue.withLock { queue in
            queue.items.append(item)
            defer { queue.isCommitting = true }
            return !queue.isCommitting
        }
        if mustStart { committer.start { [self] in commitAll() } }
    }

    /// Runs on the committer's thread until nothing waits.
    private func commitAll() {
        while true {
            // Whoever is about to finish a message gets the processor first: fewer flushes.
            sched_yield()
            let items = queue.withLock { queue in
                let items = queue.items
                queue.items = []
                if items.isEmpty { queue.isCommitting = false }
                return items
            }
            if items.isEmpty { return }
            let rest = store.withLock { commit(items, &$0) }
            // Not after a failure to make one alone: a full device would be asked for ever.
            if items.contains(where: \.isAppend) { makeSpare() }
            guard rest.isEmpty else {
                // No segment is free. What was settled meanwhile starts the committer again.
                queue.withLock { queue in
                    queue.items = rest + queue.items
                    queue.isCommitting = queue.items.contains(where: \.mayFree)
                }
                if queue.withLock({ !$0.isCommitting }) { return }
                continue
            }
        }
    }

    /// Makes the next segment's file behind the committer's back.
    private func makeSpare() {
        guard let file = store.withLock({ $0.wantedSpare() }) else { return }
        maker.start { [self] in add(.spare(try? file.make())) }
    }

    /// Commits batch by batch; returns what found no room.
    private func commit(_ items: [Item], _ store: inout SegmentStore) -> [Item] {
        var batch = Batch()
        var forgets = false
        var rest: [Item] = []
        for item in items {
            switch item {
            case .settle(let sequences, let files): store.settle(sequences, files: files)
            case .forget: forgets = true
            case .release: store.release()
            case .spare(let file): store.add(spare: file)
            case .append: break
            }
        }
        for item in items {
            guard case .append(let octets, let continuation) = item else { continue }
            if batch.space + Segment.space(for: octets.count) > maximumBatch {
                rest += flush(batch, &store)
                batch = Batch()
            }
            guard rest.isEmpty else {
                rest.append(item)
                continue
            }
            batch.records.append((store.nextSequence(), octets))
            batch.waiting.append(continuation)
            batch.space += Segment.space(for: octets.count)
        }
        rest += flush(batch, &store)
        if forgets { store.forget() }
        return rest
    }

    private struct Batch {
        var records: [(sequence: UInt64, octets: [UInt8])] = []
        var waiting: [CheckedContinuation<RecordPlace, any Error>] = []
        var space = 0
    }

    /// Answers everybody who waits in the batch; returns them instead when no segment is free.
    private func flush(_ batch: Batch, _ store: inout SegmentStore) -> [Item] {
        do {
            guard let places = try store.write(batch.records) else {
                return zip(batch.records, batch.waiting).map { .append($0.octets, $1) }
            }
            for (place, continuation) in zip(places, batch.waiting) { continuation.resume(returning: place) }
        } catch {
            for continuation in batch.waiting { continuation.resume(throwing: error) }
        }
        return []
    }
}
