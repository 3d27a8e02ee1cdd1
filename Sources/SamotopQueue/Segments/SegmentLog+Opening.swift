#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
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
        for reader in readers {
            let damage = try shared.withLock { shared in
                shared.segments[reader.header.generation] = (reader.path, reader.header.key)
                return try reader.read(upTo: cuts[reader.header.generation]) { key, item in
                    loaded.take(key, item, &shared.index, segment: reader.header.generation)
                }
            }
            contents.damage += damage.map { "\(reader.path): \($0)" }
            writing.withLock { writing in
                writing.order.append((reader.header.generation, reader.path, reader.size, !damage.isEmpty))
                writing.lastGeneration = max(writing.lastGeneration, reader.header.generation)
            }
        }
        let unreadable = loaded.messages(&contents.messages)
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
    private var places: [MessageKey: Int] = [:]
    private var facts: [[UInt8]] = []
    private var status: [[UInt8]] = []

    mutating func reserve(_ count: Int) {
        places.reserveCapacity(count)
        facts.reserveCapacity(count)
        status.reserveCapacity(count)
    }

    mutating func take(_ key: MessageKey, _ item: SegmentFooter.Item, _ index: inout StoreIndex, segment: UInt32) {
        if item.isFinished {
            // Its file is swept away with all that nobody needs.
            _ = index.finish(key, in: segment)
            if let place = places.removeValue(forKey: key) {
                facts[place] = []
                status[place] = []
            }
        }
        if let message = item.message {
            index.addMessage(
                key, at: message.place, hasStatus: false, size: MessageFacts.size(in: message.facts),
                largeName: message.largeName)
            if let place = places[key] {
                facts[place] = message.facts
                status[place] = []
            } else {
                places[key] = facts.count
                facts.append(message.facts)
                status.append([])
            }
        }
        if let found = item.status, index.setStatus(key, at: found.place), let place = places[key] {
            status[place] = found.octets
        }
    }

    /// Appends what is left; returns how many of them can't be read.
    func messages(_ messages: inout [StoredMessage]) -> Int {
        var unreadable = 0
        messages.reserveCapacity(places.count)
        for (facts, status) in zip(facts, status) where !facts.isEmpty {
            guard let facts = MessageFacts(octets: facts),
                let status = status.isEmpty ? MessageStatus() : MessageStatus(octets: status)
            else {
                unreadable += 1
                continue
            }
            messages.append(StoredMessage(facts: facts, status: status))
        }
        return unreadable
    }
}
