import SamotopCore
import Synchronization

/// Numbers of a ``Journal``.
public struct JournalSettings: Sendable, Hashable {
    /// Octets of a segment file.
    public var segmentSize = 16 << 20
    /// Segment files at most; when all are in use, accepting waits.
    public var maximumSegments = 16
    /// Octets of a batch at most.
    public var maximumBatch = 4 << 20

    /// The defaults: 256 MiB in all.
    public init() {}
}

/// The durable journal: append-only segments, and one committer that makes all that waits durable with one flush.
///
/// Batches form by themselves: while one flush runs, the next batch gathers. A batch that couldn't be made durable doesn't
/// exist: its segment is never written again, its records are cancelled in a new one, and everybody who waited is told.
final class Journal: Sendable {
    /// A message that was accepted before the last stop, and isn't known to be delivered.
    struct Unsettled: Sendable {
        let sequence: UInt64
        let message: ReceivedMessage
    }

    private enum Item {
        case append([UInt8], CheckedContinuation<UInt64, any Error>)
        case settle([UInt64])
    }

    private struct Queue {
        var items: [Item] = []
        var isCommitting = false
    }

    private let queue = Mutex(Queue())
    private let store: Mutex<SegmentStore>
    private let committer = StorageThreads(count: 1)
    private let maximumBatch: Int

    /// Opens the journal in a folder, which must exist.
    ///
    /// - Returns: also what has to be delivered still, in the order in which it was accepted, and all messages that the
    ///   journal still holds.
    static func open(
        _ folder: String, _ settings: JournalSettings, alarm: @Sendable (String) -> Void = { _ in }
    ) throws -> (journal: Journal, unsettled: [Unsettled], recent: [ReceivedMessage]) {
        var store = SegmentStore(folder: folder, settings: settings)
        let (unsettled, recent) = try store.replay(alarm: alarm)
        return (Journal(store, settings), unsettled, recent)
    }

    private init(_ store: sending SegmentStore, _ settings: JournalSettings) {
        self.store = Mutex(store)
        maximumBatch = min(settings.maximumBatch, settings.segmentSize / 2)
    }

    /// Largest record that fits.
    var maximumRecord: Int { maximumBatch / 2 }

    /// Makes a message durable; returns its sequence number when it is on the device.
    func append(_ message: ReceivedMessage) async throws -> UInt64 {
        let octets = try JournalRecord.message(message).encoded()
        return try await withCheckedThrowingContinuation { add(.append(octets, $0)) }
    }

    /// These messages are done with. Recorded with the next batch; nobody waits for it.
    func settle(_ sequences: [UInt64]) {
        guard !sequences.isEmpty else { return }
        add(.settle(sequences))
    }

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
            let items = queue.withLock { queue in
                let items = queue.items
                queue.items = []
                if items.isEmpty { queue.isCommitting = false }
                return items
            }
            if items.isEmpty { return }
            let rest = store.withLock { commit(items, &$0) }
            guard rest.isEmpty else {
                // No segment is free. What was settled meanwhile starts the committer again.
                queue.withLock { queue in
                    queue.items = rest + queue.items
                    queue.isCommitting = queue.items.contains { if case .settle = $0 { true } else { false } }
                }
                if queue.withLock({ !$0.isCommitting }) { return }
                continue
            }
        }
    }

    /// Commits batch by batch; returns what found no room.
    private func commit(_ items: [Item], _ store: inout SegmentStore) -> [Item] {
        var records: [(sequence: UInt64, octets: [UInt8])] = []
        var waiting: [CheckedContinuation<UInt64, any Error>] = []
        var space = 0
        var settled: [UInt64] = []
        var rest: [Item] = []
        for item in items { if case .settle(let sequences) = item { settled += sequences } }
        store.settle(settled)
        for item in items {
            guard case .append(let octets, let continuation) = item else { continue }
            if space + Segment.space(for: octets.count) > maximumBatch {
                rest += flush(&records, &waiting, &settled, &store)
                space = 0
            }
            guard rest.isEmpty else {
                rest.append(item)
                continue
            }
            records.append((store.nextSequence(), octets))
            waiting.append(continuation)
            space += Segment.space(for: octets.count)
        }
        return rest + flush(&records, &waiting, &settled, &store)
    }

    private func flush(
        _ records: inout [(sequence: UInt64, octets: [UInt8])],
        _ waiting: inout [CheckedContinuation<UInt64, any Error>],
        _ settled: inout [UInt64], _ store: inout SegmentStore
    ) -> [Item] {
        defer {
            records = []
            waiting = []
            settled = []
        }
        do {
            guard try store.write(records, settling: settled) else {
                return zip(records, waiting).map { .append($0.octets, $1) }
            }
            for (record, continuation) in zip(records, waiting) { continuation.resume(returning: record.sequence) }
        } catch {
            for continuation in waiting { continuation.resume(throwing: error) }
        }
        return []
    }
}
