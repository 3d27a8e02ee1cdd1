import Glibc
import Synchronization

@testable import SamotopDelivery

/// Stands between delivery and a disk, counts calls, and makes one of them go wrong.
final class FaultyDisk: FileSystem {
    enum Fault: Sendable {
        /// The k-th call (from 1) fails. A close that fails has closed.
        case fail(Int, CInt)
        /// Each call that needs room fails from the k-th call on.
        case full(Int, CInt)
        /// Each write takes one octet in seven, at least one.
        case shortWrites
        /// The first time that a file of this name is opened, it fails.
        case failOnce(String, CInt)
        /// The machine stops: the k-th call and all later ones do nothing.
        case crash(Int)
    }
    struct Call: Sendable, Hashable {
        var name: String
        var file: CInt
        var failed = false
    }
    private struct State {
        var fault: Fault?
        var count = 0
        var calls: [Call] = []
    }
    private let base: any FileSystem
    private let state = Mutex(State())

    private let onSyncFileSystem: @Sendable () -> Void

    init(_ base: any FileSystem, onSyncFileSystem: @escaping @Sendable () -> Void = {}) {
        self.base = base
        self.onSyncFileSystem = onSyncFileSystem
    }

    /// Starts counting anew, with this fault.
    func arm(_ fault: Fault?) { state.withLock { $0 = State(fault: fault) } }
    var count: Int { state.withLock { $0.count } }
    var calls: [Call] { state.withLock { $0.calls } }
    func calls(_ name: String) -> Int { state.withLock { $0.calls.count { $0.name == name } } }

    static let stopped: CInt = ECANCELED

    private func enter(_ call: String, _ file: CInt, takesRoom: Bool = false) throws(SystemCallError) {
        let code: CInt? = state.withLock { state in
            state.count += 1
            var code: CInt?
            switch state.fault {
            case .fail(let at, let error) where state.count == at: code = error
            case .full(let at, let error) where state.count >= at && takesRoom: code = error
            case .crash(let at) where state.count >= at: code = Self.stopped
            default: break
            }
            state.calls.append(Call(name: call, file: file, failed: code != nil))
            return code
        }
        if let code { throw SystemCallError(call: call, code: code) }
    }

    func open(_ name: String, in directory: CInt, flags: CInt, mode: mode_t) throws(SystemCallError) -> CInt {
        try enter("openat", directory, takesRoom: flags & O_CREAT != 0)
        let refusal: CInt? = state.withLock { state in
            guard case .failOnce(let refused, let error) = state.fault, refused == name else { return nil }
            state.fault = nil
            return error
        }
        if let refusal { throw SystemCallError(call: "openat", code: refusal) }
        return try base.open(name, in: directory, flags: flags, mode: mode)
    }

    func makeDirectory(_ name: String, in directory: CInt, mode: mode_t) throws(SystemCallError) {
        try enter("mkdirat", directory, takesRoom: true)
        try base.makeDirectory(name, in: directory, mode: mode)
    }

    func write(_ bytes: UnsafeRawBufferPointer, to file: CInt) throws(SystemCallError) -> Int {
        try enter("write", file, takesRoom: true)
        guard case .shortWrites = state.withLock({ $0.fault }) else { return try base.write(bytes, to: file) }
        return try base.write(UnsafeRawBufferPointer(rebasing: bytes[..<max(1, bytes.count / 7)]), to: file)
    }

    func read(_ count: Int, from file: CInt, at offset: Int) throws(SystemCallError) -> [UInt8] {
        try enter("pread", file)
        return try base.read(count, from: file, at: offset)
    }

    func sync(_ file: CInt) throws(SystemCallError) {
        try enter("fsync", file)
        try base.sync(file)
    }

    func syncFileSystem(of file: CInt) throws(SystemCallError) {
        try enter("syncfs", file)
        onSyncFileSystem()
        try base.syncFileSystem(of: file)
    }

    func canSyncFileSystem(of file: CInt) -> Bool { base.canSyncFileSystem(of: file) }

    func setTimes(of file: CInt, to seconds: Int64) throws(SystemCallError) {
        try enter("futimens", file)
        try base.setTimes(of: file, to: seconds)
    }

    func close(_ file: CInt) throws(SystemCallError) {
        do { try enter("close", file) } catch {
            try? base.close(file)
            throw error
        }
        try base.close(file)
    }

    func link(_ name: String, in directory: CInt, as newName: String, in newDirectory: CInt) throws(SystemCallError) {
        try enter("linkat", newDirectory, takesRoom: true)
        try base.link(name, in: directory, as: newName, in: newDirectory)
    }

    func rename(_ name: String, in directory: CInt, as newName: String) throws(SystemCallError) {
        try enter("renameat", directory, takesRoom: true)
        try base.rename(name, in: directory, as: newName)
    }

    func unlink(_ name: String, in directory: CInt) throws(SystemCallError) {
        try enter("unlinkat", directory)
        try base.unlink(name, in: directory)
    }

    func facts(of file: CInt) throws(SystemCallError) -> FileFacts {
        try enter("fstat", file)
        return try base.facts(of: file)
    }

    func facts(of name: String, in directory: CInt) throws(SystemCallError) -> FileFacts {
        try enter("fstatat", directory)
        return try base.facts(of: name, in: directory)
    }

    func names(in directory: CInt) throws(SystemCallError) -> [String] {
        try enter("readdir", directory)
        return try base.names(in: directory)
    }

    func space(of file: CInt) throws(SystemCallError) -> SpaceFacts {
        try enter("fstatvfs", file)
        return try base.space(of: file)
    }

    func checkWritable(_ directory: CInt) throws(SystemCallError) {
        try enter("faccessat", directory)
        try base.checkWritable(directory)
    }

    func processExists(_ process: pid_t) -> Bool { base.processExists(process) }
}
