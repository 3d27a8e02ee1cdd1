import SamotopCore
import Synchronization

/// Accepted messages that wait for their delivery: bounded, so that accepting slows down before memory fills.
final class Backlog: Sendable {
    /// Where a message is kept until it is delivered.
    enum Place: Sendable {
        case segment(RecordPlace)
        /// In the overflow.
        case file(String)
    }

    struct Entry: Sendable {
        var place: Place
        /// Octets that count.
        let size: Int
        var isReplay: Bool
        var failures = 0
    }

    private struct State {
        /// Those before `next` are taken already.
        var due: [Entry] = []
        var next = 0
        /// Messages ever added.
        var accepted: UInt64 = 0
        var isDelivering = false
        /// Octets of messages that are accepted, or about to be.
        var octets = 0
        /// Messages that are due or being delivered; not those that wait for another try.
        var active = 0
        var rooms: [(size: Int, continuation: CheckedContinuation<Void, any Error>)] = []
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private static let maximumWaiting = 10_000
    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// Returns when there is room for a message of this size. Throws when too many wait already: 452.
    func waitForRoom(_ size: Int) async throws {
        let hasRoom = state.withLock { state in
            guard state.rooms.isEmpty, state.octets < limit else { return false }
            state.octets += size
            return true
        }
        if hasRoom { return }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let outcome: Result<Void, any Error>? = state.withLock { state in
                if state.octets < limit, state.rooms.isEmpty {
                    state.octets += size
                    return .success(())
                }
                guard state.rooms.count < Self.maximumWaiting else {
                    return .failure(
                        DeliveryError.insufficientStorage(cause: "too many messages wait for their delivery"))
                }
                state.rooms.append((size, continuation))
                return nil
            }
            if let outcome { continuation.resume(with: outcome) }
        }
    }

    /// A message that had room was not accepted after all.
    func giveUp(_ size: Int) { release(size, of: 0) }

    /// Adds what an earlier run accepted. True: start delivering.
    func restore(_ entries: [Entry]) -> Bool {
        state.withLock { state in for entry in entries { state.octets += entry.size } }
        return add(entries)
    }

    /// Adds accepted messages. True: start delivering.
    func add(_ entries: [Entry]) -> Bool {
        state.withLock { state in
            state.due += entries
            state.accepted &+= UInt64(entries.count)
            state.active += entries.count
            guard !state.isDelivering, state.next < state.due.count else { return false }
            state.isDelivering = true
            return true
        }
    }

    /// The next messages to deliver, up to `count` of them and, beyond the first, up to so many octets. None: delivering has
    /// ended.
    func take(_ count: Int, octets: Int) -> [Entry] {
        state.withLock { state in
            var batch: [Entry] = []
            var size = 0
            while batch.count < count, state.next < state.due.count {
                let entry = state.due[state.next]
                guard batch.isEmpty || size + entry.size <= octets else { break }
                size += entry.size
                batch.append(entry)
                state.next += 1
            }
            if state.next == state.due.count || state.next >= 4_096 {
                state.due.removeFirst(state.next)
                state.next = 0
            }
            if batch.isEmpty { state.isDelivering = false }
            return batch
        }
    }

    /// Messages that are due, octets of all that wait, and messages ever accepted.
    var load: (due: Int, octets: Int, accepted: UInt64) {
        state.withLock { ($0.due.count - $0.next, $0.octets, $0.accepted) }
    }

    /// A message was delivered.
    func finish(_ entry: Entry) { release(entry.size, of: 1) }

    /// A message waits for another try. Its octets still count.
    func postpone(_ entry: Entry) { release(0, of: 1, failing: true) }

    /// The pause of a message is over. True: start delivering.
    func resume(_ entry: Entry) -> Bool { add([entry]) }

    /// Returns when nothing is due or being delivered.
    func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                guard state.active > 0 else { return true }
                state.idle.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    /// - Parameter failing: deliveries fail, so those who wait for room are told instead of waiting with the rest.
    private func release(_ size: Int, of count: Int, failing: Bool = false) {
        var admitted: [CheckedContinuation<Void, any Error>] = []
        var refused: [CheckedContinuation<Void, any Error>] = []
        let idle = state.withLock { state in
            state.octets -= size
            state.active -= count
            while let first = state.rooms.first, state.octets < limit {
                state.octets += first.size
                admitted.append(first.continuation)
                state.rooms.removeFirst()
            }
            if failing {
                refused = state.rooms.map(\.continuation)
                state.rooms = []
            }
            guard state.active == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.idle = [] }
            return state.idle
        }
        for continuation in admitted { continuation.resume() }
        for continuation in refused {
            continuation.resume(
                throwing: DeliveryError.insufficientStorage(cause: "accepted messages can't be delivered"))
        }
        for continuation in idle { continuation.resume() }
    }
}
