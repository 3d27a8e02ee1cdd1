import Glibc
import Synchronization

@testable import SamotopDelivery

/// A disk in memory that knows what a power cut would leave: names and octets count as durable only after their own fsync.
final class MemoryDisk: FileSystem {
    struct Node {
        var isDirectory: Bool
        var parent: Int
        var entries: [String: Int] = [:]
        var durableEntries: [String: Int] = [:]
        var bytes: [UInt8] = []
        var durableBytes: [UInt8] = []
        var modified: Int64 = 0
        var isOpenToOthers = false
    }
    struct State {
        var nodes: [Int: Node] = [0: Node(isDirectory: true, parent: 0)]
        var nextNode = 1
        var files: [CInt: Int] = [:]
        var nextFile: CInt = 3
        var space = SpaceFacts(freeBytes: 1 << 40, freeFiles: 1 << 20, isReadOnly: false)
    }
    private let state: Mutex<State>

    init(_ state: State = State()) { self.state = Mutex(state) }

    var openFiles: Int { state.withLock { $0.files.count } }
    var directories: [Int] { state.withLock { $0.nodes.filter(\.value.isDirectory).keys.sorted() } }
    func setSpace(_ space: SpaceFacts) { state.withLock { $0.space = space } }

    /// The disk after the power came back. Octets that were not flushed are gone; names that were not flushed are gone where
    /// `forgets` says so, and elsewhere the device had happened to write them.
    func powerCut(forgets: (Int) -> Bool) -> MemoryDisk {
        state.withLock { old in
            var new = State()
            new.nodes = old.nodes
            new.nextNode = old.nextNode
            for (number, node) in old.nodes {
                if node.isDirectory, forgets(number) { new.nodes[number]?.entries = node.durableEntries }
                let entries = new.nodes[number]?.entries ?? [:]
                new.nodes[number]?.durableEntries = entries
                new.nodes[number]?.bytes = node.durableBytes
            }
            return MemoryDisk(new)
        }
    }

    /// The files in a directory, or nil when there is no such directory.
    func contents(of path: String) -> [String: [UInt8]]? {
        state.withLock { state in
            guard let node = try? Self.find(path, from: 0, in: state), let entries = state.nodes[node]?.entries else {
                return nil
            }
            return entries.compactMapValues { state.nodes[$0].flatMap { $0.isDirectory ? nil : $0.bytes } }
        }
    }

    private static func find(_ path: String, from start: Int, in state: State) throws(SystemCallError) -> Int {
        var node = path.hasPrefix("/") ? 0 : start
        for step in path.split(separator: "/") where step != "." {
            guard let here = state.nodes[node], here.isDirectory else {
                throw SystemCallError(call: "openat", code: ENOTDIR)
            }
            if step == ".." {
                node = here.parent
            } else if let next = here.entries[String(step)] {
                node = next
            } else {
                throw SystemCallError(call: "openat", code: ENOENT)
            }
        }
        return node
    }

    private static func node(of file: CInt, in state: State) throws(SystemCallError) -> Int {
        if file == AT_FDCWD { return 0 }
        guard let node = state.files[file] else { throw SystemCallError(call: "any", code: EBADF) }
        return node
    }

    private func with<Value>(
        _ body: (inout State) throws(SystemCallError) -> sending Value
    ) throws(SystemCallError) -> sending Value {
        try state.withLock { state throws(SystemCallError) in try body(&state) }
    }

    func open(_ name: String, in directory: CInt, flags: CInt, mode: mode_t) throws(SystemCallError) -> CInt {
        try with { state throws(SystemCallError) in
            let start = try Self.node(of: directory, in: state)
            let number: Int
            if flags & O_CREAT != 0 {
                guard state.nodes[start]?.entries[name] == nil else {
                    throw SystemCallError(call: "openat", code: EEXIST)
                }
                number = state.nextNode
                state.nextNode += 1
                state.nodes[number] = Node(isDirectory: false, parent: start)
                state.nodes[start]?.entries[name] = number
            } else {
                number = try Self.find(name, from: start, in: state)
            }
            let file = state.nextFile
            state.nextFile += 1
            state.files[file] = number
            return file
        }
    }

    func makeDirectory(_ name: String, in directory: CInt, mode: mode_t) throws(SystemCallError) {
        try with { state throws(SystemCallError) in
            var steps = name.split(separator: "/").map(String.init)
            guard let last = steps.popLast() else { throw SystemCallError(call: "mkdirat", code: EEXIST) }
            let way = (name.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
            let parent = try Self.find(way, from: Self.node(of: directory, in: state), in: state)
            guard state.nodes[parent]?.entries[last] == nil else {
                throw SystemCallError(call: "mkdirat", code: EEXIST)
            }
            state.nodes[state.nextNode] = Node(isDirectory: true, parent: parent)
            state.nodes[parent]?.entries[last] = state.nextNode
            state.nextNode += 1
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, to file: CInt) throws(SystemCallError) -> Int {
        let copy = [UInt8](bytes)
        return try with { state throws(SystemCallError) in
            state.nodes[try Self.node(of: file, in: state)]?.bytes += copy
            return copy.count
        }
    }

    func read(_ count: Int, from file: CInt, at offset: Int) throws(SystemCallError) -> [UInt8] {
        try with { state throws(SystemCallError) in
            let bytes = state.nodes[try Self.node(of: file, in: state)]?.bytes ?? []
            return Array(bytes.dropFirst(offset).prefix(count))
        }
    }

    func sync(_ file: CInt) throws(SystemCallError) {
        try with { state throws(SystemCallError) in
            let number = try Self.node(of: file, in: state)
            guard let node = state.nodes[number] else { return }
            state.nodes[number]?.durableBytes = node.bytes
            state.nodes[number]?.durableEntries = node.entries
        }
    }

    func syncFileSystem(of file: CInt) throws(SystemCallError) {
        try with { state throws(SystemCallError) in
            for (number, node) in state.nodes {
                state.nodes[number]?.durableBytes = node.bytes
                state.nodes[number]?.durableEntries = node.entries
            }
        }
    }

    func canSyncFileSystem(of file: CInt) -> Bool { true }

    func setTimes(of file: CInt, to seconds: Int64) throws(SystemCallError) {
        try with { state throws(SystemCallError) in
            state.nodes[try Self.node(of: file, in: state)]?.modified = seconds
        }
    }

    func close(_ file: CInt) throws(SystemCallError) {
        try with { state throws(SystemCallError) in
            guard state.files.removeValue(forKey: file) != nil else {
                throw SystemCallError(call: "close", code: EBADF)
            }
        }
    }

    func link(_ name: String, in directory: CInt, as newName: String, in newDirectory: CInt) throws(SystemCallError) {
        try with { state throws(SystemCallError) in
            let from = try Self.node(of: directory, in: state)
            let to = try Self.node(of: newDirectory, in: state)
            guard let node = state.nodes[from]?.entries[name] else {
                throw SystemCallError(call: "linkat", code: ENOENT)
            }
            guard state.nodes[to]?.entries[newName] == nil else { throw SystemCallError(call: "linkat", code: EEXIST) }
            state.nodes[to]?.entries[newName] = node
        }
    }

    func rename(_ name: String, in directory: CInt, as newName: String) throws(SystemCallError) {
        try with { state throws(SystemCallError) in
            let number = try Self.node(of: directory, in: state)
            guard let node = state.nodes[number]?.entries.removeValue(forKey: name) else {
                throw SystemCallError(call: "renameat", code: ENOENT)
            }
            state.nodes[number]?.entries[newName] = node
        }
    }

    func unlink(_ name: String, in directory: CInt) throws(SystemCallError) {
        try with { state throws(SystemCallError) in
            guard state.nodes[try Self.node(of: directory, in: state)]?.entries.removeValue(forKey: name) != nil else {
                throw SystemCallError(call: "unlinkat", code: ENOENT)
            }
        }
    }

    func facts(of file: CInt) throws(SystemCallError) -> FileFacts {
        try with { state throws(SystemCallError) in Self.facts(try Self.node(of: file, in: state), in: state) }
    }

    func facts(of name: String, in directory: CInt) throws(SystemCallError) -> FileFacts {
        try with { state throws(SystemCallError) in
            Self.facts(try Self.find(name, from: Self.node(of: directory, in: state), in: state), in: state)
        }
    }

    private static func facts(_ number: Int, in state: State) -> FileFacts {
        let node = state.nodes[number]
        return FileFacts(
            kind: node?.isDirectory == true ? .directory : .file, device: 1, inode: UInt64(number), owner: geteuid(),
            isOpenToOthers: node?.isOpenToOthers ?? false, size: UInt64(node?.bytes.count ?? 0),
            modified: node?.modified ?? 0, changed: node?.modified ?? 0)
    }

    func names(in directory: CInt) throws(SystemCallError) -> [String] {
        try with { state throws(SystemCallError) in
            state.nodes[try Self.node(of: directory, in: state)].map { $0.entries.keys.sorted() } ?? []
        }
    }

    func space(of file: CInt) throws(SystemCallError) -> SpaceFacts { state.withLock { $0.space } }
    func checkWritable(_ directory: CInt) throws(SystemCallError) {}
    func processExists(_ process: pid_t) -> Bool { process == 4242 }
}
