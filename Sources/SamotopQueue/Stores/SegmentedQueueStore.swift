import Crypto
public import SamotopCore
import Synchronization

/// A durable queue in a folder: append-only segments, one flush for all that wait, everything sealed.
///
/// One committer makes all that waits durable together: batches form by themselves while a flush runs. After a failed write or flush
/// the file is left alone for good: what was under way is refused and doesn't exist, and the next goes to another file. After three
/// failures in a row nothing more is done until the store is opened again. A full disk is an error that passes: what is queued can still be recorded and
/// finished for a while, since some room is kept for that.
///
/// With a key nothing but random-looking octets, lengths and times reach the disk.
public final class SegmentedQueueStore: QueueStore {
    private enum Item {
        case add([(message: NewMessage, entry: LogEntry)], CheckedContinuation<[Bool], any Error>)
        case record([[LogEntry]], CheckedContinuation<Void, any Error>)
        case spare(SegmentLog.FreeFile?)
        case forget(CheckedContinuation<Bool, Never>?)
        case close(CheckedContinuation<Void, Never>)

        var writes: Bool {
            switch self {
            case .add, .record: true
            case .spare, .forget, .close: false
            }
        }
    }

    private struct Queue {
        var items: [Item] = []
        var isCommitting = false
    }

    /// Statuses and ends in one frame, in octets: a damaged place costs no more of them.
    private static let smallFrame = 4 << 10
    private static let maximumBatch = 4 << 20

    private let log: SegmentLog
    private let settings: SegmentedQueueStoreSettings
    private let threads: StorageThreads
    private let committer = StorageThreads(count: 1, name: "queue")
    private let maker = StorageThreads(count: 1, name: "queue files")
    private let queue = Mutex(Queue())
    private let isForgetting = Atomic(false)
    private let contents: Mutex<QueueContents?>

    /// Opens the store in a folder of its own, which is made if its parent is there.
    ///
    /// - Parameters:
    ///   - folder: on a local file system.
    ///   - key: 32 octets; nil: nothing is hidden from who can read the disk.
    ///   - settings: the numbers.
    ///   - threads: where contents are read and large ones written.
    ///   - alarm: told, in plain words without addresses, of what can't be read.
    /// - Throws: ``QueueStoreError``.
    public static func open(
        _ folder: String, key: [UInt8]?, settings: SegmentedQueueStoreSettings = SegmentedQueueStoreSettings(),
        threads: StorageThreads, alarm: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> SegmentedQueueStore {
        try await open(folder, key: key, settings: settings, threads: threads, disk: HostQueueDisk(), alarm: alarm)
    }

    static func open(
        _ folder: String, key: [UInt8]?, settings: SegmentedQueueStoreSettings, threads: StorageThreads,
        disk: any QueueDisk, alarm: @escaping @Sendable (String) -> Void
    ) async throws -> SegmentedQueueStore {
        guard key == nil || key?.count == 32 else { throw QueueStoreError.wrongKey }
        return try await threads.run {
            let log = SegmentLog(
                folder: folder, key: key.map { SymmetricKey(data: $0) }, settings: settings, disk: disk, alarm: alarm)
            do {
                let contents = try log.open()
                return SegmentedQueueStore(log, contents, threads)
            } catch let error as DiskError { throw error.openingError }
        }
    }

    private init(_ log: SegmentLog, _ contents: QueueContents, _ threads: StorageThreads) {
        self.log = log
        self.threads = threads
        settings = log.settings
        self.contents = Mutex(contents)
        makeSpare()
        forgetLater()
    }

    /// Everything that was there when the store was opened. A second call brings nothing.
    public func load() async throws -> QueueContents {
        contents.withLock { contents in
            defer { contents = nil }
            return contents ?? QueueContents()
        }
    }

    public func add(_ messages: [NewMessage]) async throws -> [Bool] {
        var prepared: [(message: NewMessage, entry: LogEntry)] = []
        var written: [String] = []
        do {
            for message in messages {
                let entry = try await prepare(message)
                prepared.append((message, entry))
                if let name = entry.largeName { written.append(name) }
            }
        } catch {
            written.forEach(log.large.remove)
            throw error
        }
        let entries = prepared
        return try await withCheckedThrowingContinuation { push(.add(entries, $0)) }
    }

    public func record(_ changes: [QueueChange]) async throws {
        guard !changes.isEmpty else { return }
        var frames: [[LogEntry]] = []
        var small: [LogEntry] = []
        var octets = 0
        for change in changes {
            let key = MessageKey(change.id)
            let entry: LogEntry
            switch change {
            case .status(_, let status, notice: _): entry = .status(key, status.octets)
            case .finished: entry = .finished(key)
            }
            if let notice = change.notice {
                if !small.isEmpty { frames.append(small) }
                (small, octets) = ([], 0)
                frames.append([entry, try await prepare(notice)])
                continue
            }
            small.append(entry)
            if case .status(_, let status) = entry { octets += status.count }
            octets += 24
            guard octets >= Self.smallFrame else { continue }
            frames.append(small)
            (small, octets) = ([], 0)
        }
        if !small.isEmpty { frames.append(small) }
        let prepared = frames
        try await withCheckedThrowingContinuation { push(.record(prepared, $0)) }
    }

    public func content(of id: String) async throws -> any MailContent {
        let key = MessageKey(id)
        guard let count = log.size(of: key) else { throw QueueStoreError.unknownMessage }
        return StoredMailContent(log: log, key: key, count: count)
    }

    /// Completes the last segment, so that the next start reads no contents, and lets go of the folder.
    public func close() async {
        await withCheckedContinuation { push(.close($0)) }
    }

    /// What waits for the committer.
    var waitingItems: Int { queue.withLock { $0.items.count } }

    /// Makes what is finished unreadable now, with or without the key; false: something is left (see the settings).
    func forget() async -> Bool { await withCheckedContinuation { push(.forget($0)) } }

    // MARK: Before the committer

    /// Brings the content where it can be written from; a large one goes to its own file.
    private func prepare(_ new: NewMessage) async throws -> LogEntry {
        let facts = try MessageFacts(new)
        let key = MessageKey(new.message.id)
        if new.content.count <= settings.largeContent, let bytes = new.content.bytesAtHand {
            return .message(key, facts: facts.octets, status: [], .octets(bytes))
        }
        let content = new.content
        return try await threads.run { [log, settings] in
            do {
                if content.count > settings.largeContent {
                    let (name, count) = try log.large.keep(content)
                    return .message(key, facts: facts.octets, status: [], .large(name: name, count: count))
                }
                var octets: [UInt8] = []
                octets.reserveCapacity(content.count)
                try content.read { slice in slice.withUnsafeBufferPointer { octets.append(contentsOf: $0) } }
                return .message(key, facts: facts.octets, status: [], .octets(octets))
            } catch let error as DiskError { throw error.storeError }
        }
    }

    private func push(_ item: Item) {
        let mustStart = queue.withLock { queue in
            queue.items.append(item)
            defer { queue.isCommitting = true }
            return !queue.isCommitting
        }
        if mustStart { committer.start { [self] in commitAll() } }
    }

    /// Makes the next segment's file behind the committer's back, so that nobody waits for it.
    private func makeSpare() {
        guard let path = log.wantedSpare() else { return }
        maker.start { [log, settings, weak self] in
            let file = try? log.makeFile(path, settings.segmentSize)
            guard let self else { return log.add(spare: file) }
            self.push(.spare(file))
        }
    }

    /// What was finished is to be forgotten in a while, together with what is finished meanwhile.
    private func forgetLater() {
        guard let pause = settings.forgetting, !isForgetting.exchange(true, ordering: .relaxed) else { return }
        Task.detached { [weak self] in
            try? await Task.sleep(for: .seconds(pause))
            self?.isForgetting.store(false, ordering: .relaxed)
            self?.push(.forget(nil))
        }
    }

    // MARK: The committer

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
            var batch = Batch()
            for item in items {
                switch item {
                case .spare(let file): log.add(spare: file)
                case .forget(let continuation):
                    flush(&batch)
                    let isDone = log.forgetFinished()
                    if !isDone { forgetLater() }
                    continuation?.resume(returning: isDone)
                case .close(let continuation):
                    flush(&batch)
                    log.stop()
                    // Behind the file that is being made: who opens the folder next must not find it half done.
                    maker.start { [log] in
                        log.close()
                        continuation.resume()
                    }
                case .add, .record:
                    if batch.octets >= Self.maximumBatch { flush(&batch) }
                    take(item, into: &batch)
                }
            }
            flush(&batch)
            // Not after a failure to make one alone: a full device would be asked for ever.
            if items.contains(where: \.writes) {
                makeSpare()
                forgetLater()
            }
        }
    }

    private struct Batch {
        var frames: [[LogEntry]] = []
        var octets = 0
        var isAdding = false
        var keys: Set<MessageKey> = []
        /// Who waits for what came of it.
        var waiting: [(Result<Void, QueueStoreError>) -> Void] = []

        mutating func add(_ frame: [LogEntry]) {
            guard !frame.isEmpty else { return }
            frames.append(frame)
            for case .message(_, let facts, _, .octets(let content)) in frame { octets += facts.count + content.count }
            octets += 64 * frame.count
        }
    }

    private func take(_ item: Item, into batch: inout Batch) {
        switch item {
        case .add(let messages, let continuation):
            var isNew: [Bool] = []
            var files: [String] = []
            for (_, entry) in messages {
                guard case .message(let key, facts: _, status: _, let content) = entry else { continue }
                let isKnown = log.isKnown(key) || !batch.keys.insert(key).inserted
                isNew.append(!isKnown)
                if isKnown {
                    if let name = content.largeName { log.large.remove(name) }
                    continue
                }
                if let name = content.largeName { files.append(name) }
                batch.add([entry])
                batch.isAdding = true
            }
            batch.waiting.append { [log, isNew] result in
                // In doubt the next start looks which files are needed.
                if case .failure(.insufficientStorage) = result { files.forEach(log.large.remove) }
                continuation.resume(with: result.map { isNew })
            }
        case .record(let frames, let continuation):
            for frame in frames { batch.add(frame.filter { mustWrite($0, &batch) }) }
            let files = frames.flatMap { $0.compactMap(\.largeName) }
            batch.waiting.append { [log] result in
                if case .failure(.insufficientStorage) = result { files.forEach(log.large.remove) }
                continuation.resume(with: result)
            }
        case .spare, .forget, .close: break
        }
    }

    /// A notification that is queued already isn't queued again, and what is finished has no status.
    private func mustWrite(_ entry: LogEntry, _ batch: inout Batch) -> Bool {
        switch entry {
        case .message(let key, facts: _, status: _, let content):
            guard log.isKnown(key) || !batch.keys.insert(key).inserted else { return true }
            if let name = content.largeName { log.large.remove(name) }
            return false
        case .status(let key, _), .finished(let key):
            return log.size(of: key) != nil || batch.keys.contains(key)
        }
    }

    /// Answers everybody who waits in the batch.
    private func flush(_ batch: inout Batch) {
        let done = batch
        batch = Batch()
        do throws(QueueStoreError) {
            if !done.frames.isEmpty { try log.commit(done.frames, isAdding: done.isAdding) }
            for answer in done.waiting { answer(.success(())) }
        } catch {
            for answer in done.waiting { answer(.failure(error)) }
        }
    }
}
