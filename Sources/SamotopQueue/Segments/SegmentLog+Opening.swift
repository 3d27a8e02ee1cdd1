#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import SamotopCore
import Synchronization

// How a store is found after a stop, an end or a crash.
extension SegmentLog {
    /// Locks the folder, and reads what is in it. Nothing is changed before every key is known to fit.
    func open() throws -> QueueContents {
        try disk.makeFolder(folder)
        try disk.makeFolder(large.folder)
        guard let lock = try disk.lock(folder + "/lock") else { throw QueueStoreError.locked }
        writing.withLock { $0.lock = lock }
        var contents = QueueContents()
        let readers = try findSegments(&contents.damage)
        defer { readers.forEach { $0.close() } }
        if let newest = readers.last { try settle(newest) }
        let cuts = readers.reduce(into: [UInt32: Int]()) { $0.merge($1.header.cuts) { min($0, $1) } }
            .filter { cut in readers.contains { $0.header.generation == cut.key } }
        writing.withLock { $0.cuts = cuts }
        var loaded = LoadedMessages()
        let expected = readers.reduce(0) { $0 + min($1.footer?.messages ?? 0, $1.size / Frame.overhead) }
        loaded.reserve(expected)
        shared.withLock { $0.index.reserve(expected) }
        // The next segment is read while what one says is taken.
        let threads = StorageThreads(count: 1, name: "queue reader")
        func begin(_ place: Int) -> BegunWork<SegmentReader.Contents>? {
            guard place < readers.count else { return nil }
            let reader = readers[place]
            let cut = cuts[reader.header.generation]
            return threads.begin { try reader.contents(upTo: cut) }
        }
        var next = begin(0)
        // No file is closed under it.
        defer { _ = try? next?.wait() }
        for (place, reader) in readers.enumerated() {
            guard let begun = next else { break }
            next = begin(place + 1)
            let found = try begun.wait()
            shared.withLock { shared in
                shared.segments[reader.header.generation] = Segment(reader.path, reader.header.key)
                for (key, item) in found.items {
                    loaded.take(key, item, &shared.index, segment: reader.header.generation)
                }
            }
            contents.damage += found.damage.map { "\(reader.path): \($0)" }
            writing.withLock { writing in
                writing.order.append((reader.header.generation, reader.path, reader.size, !found.damage.isEmpty))
                writing.lastGeneration = max(writing.lastGeneration, reader.header.generation)
            }
        }
        let unreadable: Int
        (contents.messages, unreadable) = loaded.finish()
        if unreadable > 0 {
            contents.damage.append("\(unreadable) messages of another version; they are kept, and not delivered")
        }
        try large.sweep(keeping: largeNames)
        return contents
    }

    /// The segments that are in use, the oldest first.
    private func findSegments(_ damage: inout [String]) throws -> [SegmentReader] {
        var readers: [SegmentReader] = []
        var broken: [String] = []
        var unused: [FreeFile] = []
        var isDone = false
        defer { if !isDone { readers.forEach { $0.close() } } }
        var last = 0
        for name in try disk.list(folder) where name.hasPrefix("segment-") {
            guard let number = Int(name.dropFirst("segment-".count)) else { continue }
            last = max(last, number)
            let path = "\(folder)/\(name)"
            let file: CInt
            do throws(DiskError) { file = try disk.open(path, toWrite: false) } catch {
                guard [EINVAL, ELOOP, EISDIR, ENXIO].contains(error.code) else { throw error.openingError }
                damage.append("\(path) is no segment of ours and is left alone; look at it and move it away")
                continue
            }
            let size = try disk.size(of: file)
            switch SegmentHeader.find(in: try disk.readAll(SegmentHeader.length, from: file, at: 0), key: key) {
            case .header(let header):
                readers.append(try SegmentReader(path: path, file: file, size: size, header: header, disk: disk))
            case .wrongKey:
                disk.close(file)
                throw QueueStoreError.wrongKey
            case .unused:
                defer { disk.close(file) }
                try disk.sync(file)
                unused.append(FreeFile(path: path, size: size))
            case .damaged:
                disk.close(file)
                broken.append(path)
            }
        }
        for path in broken { damage.append("\(path): its header can't be read; it is kept as \(try setAside(path))") }
        writing.withLock { writing in
            writing.nextFile = last
            for file in unused { recycle(file, &writing) }
        }
        // Whoever made the last of them may have been killed before its name was durable.
        try disk.syncFolder(folder)
        isDone = true
        return readers.sorted { $0.header.generation < $1.header.generation }
    }

    /// Makes durable what the last life wrote. When it was killed nothing had to be flushed yet, and after a failed flush the kernel
    /// takes for clean what the device never got; so it is written again. Every older segment was flushed before the next was begun.
    private func settle(_ newest: SegmentReader) throws(DiskError) {
        let file = try disk.open(newest.path, toWrite: true)
        defer { disk.close(file) }
        do throws(DiskError) {
            for offset in stride(from: 0, to: newest.size, by: 1 << 20) {
                let octets = try disk.readAll(min(1 << 20, newest.size - offset), from: file, at: offset)
                try disk.writeAll(octets, to: file, at: offset)
            }
        } catch  where error.isFull {
            // File systems that never write in place: a full one must not keep what is queued from leaving.
        }
        try disk.sync(file)
    }

    /// Keeps a file that can't be read for whoever can. Returns its new path.
    func setAside(_ path: String) throws(DiskError) -> String {
        let other = "\(folder)/damaged-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try disk.rename(path, to: other)
        try disk.syncFolder(folder)
        return other
    }
}

/// What is read of the messages while a store is opened.
private struct LoadedMessages {
    /// Where each message stands.
    private var places = SlotTable<StoredMessage>()
    private var messages: [StoredMessage] = []
    /// Places of which nothing is left.
    private var holes: Set<Int> = []
    /// Messages whose facts or last status can't be read.
    private var unreadable: Set<MessageKey> = []

    mutating func reserve(_ count: Int) {
        messages.reserveCapacity(count)
        places.reserve(count, in: messages)
    }

    mutating func take(_ key: MessageKey, _ item: SegmentFooter.Item, _ index: inout StoreIndex, segment: UInt32) {
        if item.isFinished {
            // Its file is swept away with all that nobody needs.
            _ = index.finish(key, in: segment)
            remove(key)
        }
        if let message = item.message {
            let isKnown = index.addMessage(
                key, at: message.place, hasStatus: false, size: MessageFacts.size(in: message.facts),
                largeName: message.largeName)
            put(key, MessageFacts(octets: message.facts), isNew: !isKnown)
        }
        if let found = item.status, index.setStatus(key, at: found.place), let place = place(of: key) {
            if let status = MessageStatus(octets: found.octets) {
                messages[place].status = status
                setReadable(key)
            } else {
                unreadable.insert(key)
            }
        }
    }

    private func place(of key: MessageKey) -> Int? { places.slot(of: key, in: messages).map { Int($0) } }

    /// - Parameter isNew: nothing was ever put for it, so that nothing has to be looked for.
    private mutating func put(_ key: MessageKey, _ facts: MessageFacts?, isNew: Bool) {
        setReadable(key)
        guard let facts, facts.key == key else {
            remove(key)
            unreadable.insert(key)
            return
        }
        if !isNew, let place = place(of: key) {
            messages[place] = StoredMessage(facts: facts)
        } else {
            messages.append(StoredMessage(facts: facts))
            places.insert(key, UInt32(truncatingIfNeeded: messages.count - 1), in: messages)
        }
    }

    private mutating func remove(_ key: MessageKey) {
        setReadable(key)
        guard let place = place(of: key) else { return }
        places.remove(key, in: messages)
        holes.insert(place)
    }

    /// Hardly ever is there anything.
    private mutating func setReadable(_ key: MessageKey) { if !unreadable.isEmpty { unreadable.remove(key) } }

    /// What is left, and how many messages can't be read. Nothing is copied: there may be a million.
    mutating func finish() -> (readable: [StoredMessage], unreadable: Int) {
        holes.formUnion(unreadable.compactMap { place(of: $0) })
        places = SlotTable()
        if !holes.isEmpty {
            var kept = 0
            for place in messages.indices where !holes.contains(place) {
                if kept < place { messages[kept] = messages[place] }
                kept += 1
            }
            messages.removeSubrange(kept...)
        }
        defer { messages = [] }
        return (messages, unreadable.count)
    }
}

extension StoredMessage: KeyedSlot {
    var key: MessageKey? { facts.key }
}
