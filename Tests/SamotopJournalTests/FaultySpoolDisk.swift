import Dispatch
import Glibc
import Synchronization

@testable import SamotopJournal

/// Stands between the spool and a disk, counts calls, makes one of them go wrong, and holds writes back.
final class FaultySpoolDisk: SpoolDisk {
    enum Fault: Sendable {
        /// The k-th call (from 1) fails.
        case fail(Int, CInt)
        /// Writes and reads move one octet in seven, at least one.
        case short
    }
    private struct State {
        var fault: Fault?
        var calls: [String] = []
        var openFiles: Set<CInt> = []
        var everOpened = 0
        var space: SpoolSpace?
        var hasNameless = true
    }
    private let base = HostSpoolDisk()
    private let state = Mutex(State())
    /// When it holds, each write waits for a signal.
    let holds = Atomic<Bool>(false)
    let gate = DispatchSemaphore(value: 0)

    func arm(_ fault: Fault?) {
        state.withLock { state in
            state.fault = fault
            state.calls = []
        }
    }
    func setSpace(_ space: SpoolSpace?) { state.withLock { $0.space = space } }
    func removeNameless() { state.withLock { $0.hasNameless = false } }
    var calls: [String] { state.withLock { $0.calls } }
    var openFiles: Set<CInt> { state.withLock { $0.openFiles } }
    var everOpened: Int { state.withLock { $0.everOpened } }

    private func enter(_ call: String) throws(SystemCallError) -> Bool {
        let (code, isShort): (CInt?, Bool) = state.withLock { state in
            state.calls.append(call)
            switch state.fault {
            case .fail(let at, let code) where state.calls.count == at: return (code, false)
            case .short: return (nil, true)
            default: return (nil, false)
            }
        }
        if let code { throw SystemCallError(call: call, code: code) }
        return isShort
    }

    private func opened(_ file: CInt) -> CInt {
        state.withLock { state in
            state.openFiles.insert(file)
            state.everOpened += 1
        }
        return file
    }

    func openNameless(in directory: String) throws(SystemCallError) -> CInt {
        _ = try enter("open")
        guard state.withLock({ $0.hasNameless }) else { throw SystemCallError(call: "open", code: EOPNOTSUPP) }
        return opened(try base.openNameless(in: directory))
    }

    func openNew(_ path: String) throws(SystemCallError) -> CInt {
        _ = try enter("openNew")
        return opened(try base.openNew(path))
    }

    func openOld(_ path: String) throws(SystemCallError) -> CInt {
        _ = try enter("openOld")
        return opened(try base.openOld(path))
    }

    func link(_ file: CInt, as path: String) throws(SystemCallError) {
        _ = try enter("linkat")
        try base.link(file, as: path)
    }

    func sync(_ file: CInt) throws(SystemCallError) {
        _ = try enter("fdatasync")
        try base.sync(file)
    }

    func unlink(_ path: String) throws(SystemCallError) {
        _ = try enter("unlink")
        try base.unlink(path)
    }

    func write(_ bytes: UnsafeRawBufferPointer, to file: CInt, at offset: Int) throws(SystemCallError) -> Int {
        let isShort = try enter("pwrite")
        if holds.load(ordering: .sequentiallyConsistent) { gate.wait() }
        let part = isShort ? UnsafeRawBufferPointer(rebasing: bytes[..<max(1, bytes.count / 7)]) : bytes
        return try base.write(part, to: file, at: offset)
    }

    func read(_ bytes: UnsafeMutableRawBufferPointer, from file: CInt, at offset: Int) throws(SystemCallError) -> Int {
        let isShort = try enter("pread")
        let part = isShort ? UnsafeMutableRawBufferPointer(rebasing: bytes[..<max(1, bytes.count / 7)]) : bytes
        return try base.read(part, from: file, at: offset)
    }

    func close(_ file: CInt) {
        state.withLock { state in
            state.calls.append("close")
            state.openFiles.remove(file)
        }
        base.close(file)
    }

    func space(of directory: String) throws(SystemCallError) -> SpoolSpace {
        _ = try enter("statvfs")
        if let space = state.withLock({ $0.space }) { return space }
        return try base.space(of: directory)
    }
}
