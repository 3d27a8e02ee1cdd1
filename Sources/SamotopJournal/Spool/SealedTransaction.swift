import SamotopCore
import Synchronization

/// One message on its way into memory or a sealed file.
///
/// The session fills `partial`; full chunks queue in `chunks`. In memory that is all. Once the message spills, one chunk after
/// the other is sealed and written by one piece of work at a time on the storage threads.
final class SealedTransaction: Sendable {
    private struct State {
        var partial: [UInt8] = []
        var chunks: [[UInt8]] = []
        /// Octets brought so far.
        var count = 0
        /// Octets taken from the memory budget.
        var held = 0
        var isSpilling = false
        /// A piece of work is queued or under way.
        var isWriting = false
        /// Chunks that the piece of work has taken: none or one.
        var taken = 0
        var file: SealedFile?
        /// Chunks written.
        var written = 0
        var failure: SpoolError?
        /// The session was told `.full`.
        var owesWake = false
        /// No more slices: finished or discarded.
        var isClosed = false
        var finishing: CheckedContinuation<any MailContent, any Error>?

        /// Full chunks that wait or are being written.
        var inFlight: Int { chunks.count + taken }
        var hasRoom: Bool { !isSpilling || inFlight < 2 }
    }
    private let state = Mutex(State())
    private let directory: String
    private let threads: StorageThreads
    private let threshold: Int
    private let budget: MemoryBudget
    private let disk: any SpoolDisk
    private let wake: @Sendable () -> Void

    init(
        directory: String, threads: StorageThreads, threshold: Int, budget: MemoryBudget, disk: any SpoolDisk,
        wake: @escaping @Sendable () -> Void
    ) {
        self.directory = directory
        self.threads = threads
        self.threshold = threshold
        self.budget = budget
        self.disk = disk
        self.wake = wake
    }

    var hasRoom: Bool { state.withLock { $0.hasRoom || $0.failure != nil } }

    func append(_ slice: Span<UInt8>) throws(SpoolError) -> SpoolRoom {
        var starts = false
        var room = SpoolRoom.ready
        let failure: SpoolError? = state.withLock { state in
            if let failure = state.failure { return failure }
            if state.isClosed { return .failed(cause: "spool: the message is over") }
            state.count += slice.count
            Self.fill(&state, slice)
            if !state.isSpilling {
                if state.count <= threshold, budget.take(slice.count) {
                    state.held += slice.count
                } else {
                    state.isSpilling = true
                    budget.giveBack(state.held)
                    state.held = 0
                }
            }
            starts = Self.startsWriting(&state)
            if !state.hasRoom {
                state.owesWake = true
                room = .full
            }
            return nil
        }
        if let failure { throw failure }
        if starts { startWork() }
        return room
    }

    func finish() async throws -> any MailContent {
        try await withCheckedThrowingContinuation { continuation in
            var starts = false
            let outcome: Result<any MailContent, any Error>? = state.withLock { state in
                if let failure = state.failure { return .failure(failure) }
                if state.isClosed { return .failure(SpoolError.failed(cause: "spool: the message is over")) }
                state.isClosed = true
                if !state.partial.isEmpty { state.chunks.append(state.partial) }
                state.partial = []
                guard state.isSpilling else {
                    let content = HeldContent(state.chunks, count: state.count, budget: budget)
                    state.chunks = []
                    state.held = 0
                    return .success(content)
                }
                if !state.isWriting, state.chunks.isEmpty { return Self.sealed(&state) }
                state.finishing = continuation
                starts = Self.startsWriting(&state)
                return nil
            }
            if let outcome { continuation.resume(with: outcome) }
            if starts { startWork() }
        }
    }

    func discard() {
        // What is dropped is destroyed outside the lock; a write under way keeps the file open until it is done.
        let dropped = state.withLock { state in
            let dropped = (state.chunks, state.partial, state.file, state.finishing)
            budget.giveBack(state.held)
            state.held = 0
            state.isClosed = true
            state.chunks = []
            state.partial = []
            state.file = nil
            state.finishing = nil
            state.owesWake = false
            if state.failure == nil { state.failure = .failed(cause: "spool: the message was discarded") }
            return dropped
        }
        dropped.3?.resume(throwing: SpoolError.failed(cause: "spool: the message was discarded"))
    }

    private static func fill(_ state: inout State, _ slice: Span<UInt8>) {
        var start = 0
        while start < slice.count {
            let end = min(slice.count, start + SealedFile.chunkSize - state.partial.count)
            if state.partial.count + end - start > SealedFile.chunkSize / 4 {
                // Growing by doubling would end at twice the chunk.
                state.partial.reserveCapacity(SealedFile.chunkSize)
            }
            slice.extracting(start..<end).withUnsafeBufferPointer { state.partial.append(contentsOf: $0) }
            start = end
            if state.partial.count == SealedFile.chunkSize {
                state.chunks.append(state.partial)
                state.partial = []
            }
        }
    }

    private static func startsWriting(_ state: inout State) -> Bool {
        guard state.isSpilling, !state.isWriting, !state.chunks.isEmpty else { return false }
        state.isWriting = true
        return true
    }

    private func startWork() { threads.start { self.writeOne() } }

    /// Writes the first of the waiting chunks. A piece of work of its own for each, so that a large message can't keep a
    /// thread from the others.
    private func writeOne() {
        let (chunk, index, known): ([UInt8]?, Int, SealedFile?) = state.withLock { state in
            guard !state.chunks.isEmpty else {
                state.isWriting = false
                return (nil, 0, nil)
            }
            state.taken = 1
            return (state.chunks.removeFirst(), state.written, state.file)
        }
        guard let chunk else { return }
        let result: Result<SealedFile, SpoolError> = Result { () throws(SpoolError) in
            let file: SealedFile
            do throws(SystemCallError) {
                if let known { file = known } else { file = try SealedFile(in: directory, disk: disk) }
            } catch { throw error.spoolError }
            try file.write(chunk, at: index)
            return file
        }
        complete(result)
    }

    private func complete(_ result: Result<SealedFile, SpoolError>) {
        var starts = false
        var outcome: Result<any MailContent, any Error>?
        let (wakes, finishing) = state.withLock { state in
            state.isWriting = false
            state.taken = 0
            // Discarded meanwhile: the file closes with this result.
            guard state.failure == nil else { return (false, CheckedContinuation<any MailContent, any Error>?.none) }
            switch result {
            case .success(let file):
                state.file = file
                state.written += 1
                if state.isClosed, state.chunks.isEmpty { outcome = Self.sealed(&state) }
                starts = Self.startsWriting(&state)
            case .failure(let error):
                state.failure = error
                state.chunks = []
                state.partial = []
                state.file = nil
                outcome = .failure(error)
            }
            let wakes = state.owesWake && (state.hasRoom || state.failure != nil)
            if wakes { state.owesWake = false }
            let finishing = outcome == nil ? nil : state.finishing
            if finishing != nil { state.finishing = nil }
            return (wakes, finishing)
        }
        if starts { startWork() }
        if let outcome { finishing?.resume(with: outcome) }
        if wakes { wake() }
    }

    /// The content, when all of it is written.
    private static func sealed(_ state: inout State) -> Result<any MailContent, any Error> {
        guard let file = state.file else { return .failure(SpoolError.failed(cause: "spool: nothing was written")) }
        state.file = nil
        return .success(SealedContent(count: state.count, file: file))
    }
}
