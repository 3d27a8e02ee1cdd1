import Glibc
import Synchronization

@testable import SamotopQueue

/// A disk in memory that knows what has been flushed, counts calls, makes them go wrong, and dies.
final class MemoryDisk: QueueDisk {
    enum Fault: Sendable {
        /// The k-th call of these names (from 1; of all calls, if none is named) fails, once or from then on. Calls of the thread
        /// that makes files ahead of need don't count: when it comes to them is its own affair.
        case fail(Int, CInt, calls: Set<String> = [], forEver: Bool = false)
        /// From the k-th call on nothing happens any more; if it is a write, a part of it is done.
        case die(Int)
        /// Writes and reads move one octet in seven, at least one, after an EINTR.
        case short
    }

    fileprivate struct File {
        var octets: [UInt8] = []
        /// What the device has, and what was done since the last flush, which is lost to it when that fails.
        var durable: [UInt8] = []
        var changes: [Change] = []
        /// A flush failed: what is read is no longer what the device has or gets.
        var isTorn = false
    }
    fileprivate enum Change { case write(Int, [UInt8]), truncate(Int) }

    fileprivate struct State {
        var files: [Int: File] = [:]
        var names: [String: Int] = [:]
        var durableNames: [String: Int] = [:]
        var open: [CInt: Int] = [:]
        var locks: [CInt: String] = [:]
        var next = 100
        var fault: Fault?
        var counted = 0
        var calls: [String] = []
        var interrupted = false
        /// How often each file was flushed.
        var syncs: [Int: Int] = [:]
        /// Octets that files may have in all; nil: any number.
        var capacity: Int?
    }
    private let state: Mutex<State>
    /// Called before each flush of a file, without a lock held.
    private let onSync = Mutex<(@Sendable () -> Void)?>(nil)

    /// Whether the kernel has what is read in its memory.
    let holdsAll = Atomic(true)
    /// Files ever opened to be read.
    let opensToRead = Atomic(0)

    convenience init() { self.init(State()) }

    private init(_ state: State) { self.state = Mutex(state) }

    func arm(_ fault: Fault?) {
        state.withLock { state in
            state.fault = fault
            state.counted = 0
            state.calls = []
        }
    }
    func setCapacity(_ capacity: Int?) { state.withLock { $0.capacity = capacity } }
    func beforeSync(_ body: (@Sendable () -> Void)?) { onSync.withLock { $0 = body } }
    var calls: [String] { state.withLock { $0.calls } }
    var openFiles: Int { state.withLock { $0.open.count + $0.locks.count } }
    var paths: [String] { state.withLock { $0.names.keys.sorted() } }
    var octetsUsed: Int { state.withLock { $0.used } }

    /// The first segment that is in use.
    var segment: String { paths.first { contents($0).starts(with: Array("SAMOTOPQ".utf8)) } ?? "" }

    func syncs(of path: String) -> Int {
        state.withLock { state in state.names[path].flatMap { state.syncs[$0] } ?? 0 }
    }

    func contents(_ path: String) -> [UInt8] {
        state.withLock { state in state.names[path].flatMap { state.files[$0]?.octets } ?? [] }
    }
    func change(_ path: String, _ body: (inout [UInt8]) -> Void) {
        state.withLock { state in
            guard let id = state.names[path] else { return }
            body(&state.files[id, default: File()].octets)
            let octets = state.files[id]?.octets ?? []
            state.files[id]?.durable = octets
            state.files[id]?.changes = []
        }
    }

    /// What the next process finds when this one was killed: all that was written.
    func afterKill() -> MemoryDisk {
        MemoryDisk(
            state.withLock { state in
                var next = State()
                next.files = state.files
                next.names = state.names
                next.durableNames = state.durableNames
                next.next = state.next
                return next
            })
    }

    /// What is found after a power cut: all that was flushed, and any part of the rest, torn at sectors.
    func afterPowerCut(_ random: inout some RandomNumberGenerator) -> MemoryDisk {
        let old = state.withLock { $0 }
        var next = State()
        next.next = old.next
        // In their order: the same seed brings the same disk.
        for (id, file) in old.files.sorted(by: { $0.key < $1.key }) {
            var octets = file.durable
            for change in file.changes { Self.apply(change, to: &octets, &random) }
            next.files[id] = File(octets: octets, durable: octets)
        }
        for path in Set(old.names.keys).union(old.durableNames.keys).sorted() {
            let id = Bool.random(using: &random) ? old.names[path] : old.durableNames[path]
            next.names[path] = id
            next.durableNames[path] = id
        }
        return MemoryDisk(next)
    }

    private static func apply(_ change: Change, to octets: inout [UInt8], _ random: inout some RandomNumberGenerator) {
        switch change {
        case .truncate: if Bool.random(using: &random) { change.apply(to: &octets) }
        case .write(let offset, let bytes):
            for start in stride(from: 0, to: bytes.count, by: 512) where Bool.random(using: &random) {
                let part = bytes[start..<min(start + 512, bytes.count)]
                Change.write(offset + start, Array(part)).apply(to: &octets)
            }
        }
    }

    /// Whether this is the thread that makes files ahead of need.
    private var isAhead: Bool {
        let file = Glibc.open("/proc/thread-self/comm", O_RDONLY)
        guard file >= 0 else { return false }
        defer { Glibc.close(file) }
        var name = [UInt8](repeating: 0, count: 16)
        let count = Glibc.read(file, &name, name.count)
        return name.prefix(max(0, count)).starts(with: "queue files".utf8)
    }

    private func enter(_ call: String) throws(DiskError) -> Int? {
        let isAhead = isAhead
        let result: Result<Int?, DiskError> = state.withLock { state in
            if !isAhead { state.calls.append(call) }
            switch state.fault {
            case .fail(let at, let code, let calls, let forEver):
                guard calls.isEmpty || calls.contains(call), !isAhead else { return .success(nil) }
                state.counted += 1
                let fails = state.counted == at || forEver && state.counted > at
                return fails ? .failure(DiskError(call: call, code: code)) : .success(nil)
            case .die(let at):
                state.counted += 1
                if state.counted == at, call == "pwrite" { return .success(3) }
                return state.counted >= at ? .failure(DiskError(call: call, code: EIO)) : .success(nil)
            case .short:
                state.interrupted.toggle()
                guard call == "pwrite" || call == "pread" else { return .success(nil) }
                return state.interrupted ? .failure(DiskError(call: call, code: EINTR)) : .success(7)
            case nil: return .success(nil)
            }
        }
        return try result.get()
    }

    func list(_ folder: String) throws(DiskError) -> [String] {
        _ = try enter("opendir")
        return paths.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }
            .filter { !$0.contains("/") }
    }

    func makeFolder(_ path: String) throws(DiskError) { _ = try enter("mkdir") }

    func create(_ path: String) throws(DiskError) -> CInt {
        _ = try enter("open")
        let file: CInt? = state.withLock { state in
            guard state.names[path] == nil else { return nil }
            state.next += 1
            state.files[state.next] = File()
            state.names[path] = state.next
            return state.opened(state.next)
        }
        guard let file else { throw DiskError(call: "open", code: EEXIST) }
        return file
    }

    func open(_ path: String, toWrite: Bool) throws(DiskError) -> CInt {
        _ = try enter("open")
        if !toWrite { opensToRead.add(1, ordering: .relaxed) }
        guard let file = state.withLock({ state in state.names[path].map { state.opened($0) } }) else {
            throw DiskError(call: "open", code: ENOENT)
        }
        return file
    }

    func size(of file: CInt) throws(DiskError) -> Int {
        _ = try enter("fstat")
        return state.withLock { state in state.open[file].flatMap { state.files[$0]?.octets.count } ?? 0 }
    }

    func write(_ bytes: UnsafeRawBufferPointer, to file: CInt, at offset: Int) throws(DiskError) -> Int {
        let divisor = try enter("pwrite")
        let taken = divisor.map { max(1, bytes.count / $0) } ?? bytes.count
        let part = Array(bytes.prefix(taken))
        let isFull = state.withLock { state in
            guard let id = state.open[file] else { return true }
            let growth = max(0, offset + taken - (state.files[id]?.octets.count ?? 0))
            if let capacity = state.capacity, growth > 0, state.used + growth > capacity { return true }
            if growth > 0 { state.files[id]?.octets.resize(to: offset + taken) }
            state.files[id]?.octets.replaceSubrange(offset..<(offset + taken), with: part)
            state.files[id]?.changes.append(.write(offset, part))
            return false
        }
        if isFull { throw DiskError(call: "pwrite", code: ENOSPC) }
        if case .die = state.withLock({ $0.fault }), divisor != nil { throw DiskError(call: "pwrite", code: EIO) }
        return taken
    }

    func read(_ bytes: UnsafeMutableRawBufferPointer, from file: CInt, at offset: Int) throws(DiskError) -> Int {
        let divisor = try enter("pread")
        let octets = state.withLock { state in state.open[file].flatMap { state.files[$0]?.octets } ?? [] }
        guard offset < octets.count else { return 0 }
        let wanted = min(bytes.count, octets.count - offset)
        let count = divisor.map { max(1, wanted / $0) } ?? wanted
        bytes.copyBytes(from: octets[offset..<(offset + count)])
        return count
    }

    func readAtHand(_ count: Int, from file: CInt, at offset: Int) -> [UInt8]? {
        guard holdsAll.load(ordering: .relaxed) else { return nil }
        let octets = state.withLock { state in state.open[file].flatMap { state.files[$0]?.octets } ?? [] }
        return offset + count <= octets.count ? Array(octets[offset..<(offset + count)]) : nil
    }

    func sync(_ file: CInt) throws(DiskError) {
        if let body = onSync.withLock({ $0 }) { body() }
        state.withLock { state in if let id = state.open[file] { state.syncs[id, default: 0] += 1 } }
        do throws(DiskError) { _ = try enter("fdatasync") } catch {
            if error.code != EINTR { state.withLock { state in state.flush(file) { $0.isTorn = true } } }
            throw error
        }
        state.withLock { state in
            state.flush(file) { file in
                if file.isTorn {
                    file.changes.forEach { $0.apply(to: &file.durable) }
                } else {
                    file.durable = file.octets
                }
            }
        }
    }

    func truncate(_ file: CInt, to size: Int) throws(DiskError) {
        _ = try enter("ftruncate")
        state.withLock { state in
            guard let id = state.open[file] else { return }
            state.files[id]?.octets.resize(to: size)
            state.files[id]?.changes.append(.truncate(size))
        }
    }

    func close(_ file: CInt) {
        state.withLock { state in
            state.open[file] = nil
            state.locks[file] = nil
        }
    }

    func remove(_ path: String) throws(DiskError) {
        _ = try enter("unlink")
        state.withLock { $0.names[path] = nil }
    }

    func rename(_ path: String, to other: String) throws(DiskError) {
        _ = try enter("rename")
        state.withLock { state in
            state.names[other] = state.names[path]
            state.names[path] = nil
        }
    }

    func syncFolder(_ path: String) throws(DiskError) {
        _ = try enter("fsync")
        state.withLock { state in
            let isHere = { (name: String) in name.hasPrefix(path + "/") && !name.dropFirst(path.count + 1).contains("/")
            }
            for name in state.durableNames.keys where isHere(name) { state.durableNames[name] = nil }
            for (name, id) in state.names where isHere(name) { state.durableNames[name] = id }
        }
    }

    func lock(_ path: String) throws(DiskError) -> CInt? {
        _ = try enter("flock")
        return state.withLock { state in
            guard !state.locks.values.contains(path) else { return nil }
            state.next += 1
            state.locks[CInt(state.next)] = path
            return CInt(state.next)
        }
    }
}

extension MemoryDisk.State {
    fileprivate var used: Int { names.values.reduce(0) { $0 + (files[$1]?.octets.count ?? 0) } }

    /// From here on nothing of the file is dirty.
    fileprivate mutating func flush(_ file: CInt, _ body: (inout MemoryDisk.File) -> Void) {
        guard let id = open[file], var flushed = files[id] else { return }
        body(&flushed)
        flushed.changes = []
        files[id] = flushed
    }

    fileprivate mutating func opened(_ id: Int) -> CInt {
        next += 1
        open[CInt(next)] = id
        return CInt(next)
    }
}

extension MemoryDisk.Change {
    fileprivate func apply(to octets: inout [UInt8]) {
        switch self {
        case .truncate(let size): octets.resize(to: size)
        case .write(let offset, let bytes):
            if octets.count < offset + bytes.count { octets.resize(to: offset + bytes.count) }
            octets.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func resize(to size: Int) {
        if count > size { removeLast(count - size) } else { append(contentsOf: repeatElement(0, count: size - count)) }
    }
}
