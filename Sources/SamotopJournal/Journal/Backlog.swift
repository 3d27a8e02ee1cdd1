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

    /// Messages that are delivered one batch after the other. What goes on to other servers stands in no line with what waits for its
    /// mailbox.
    enum Lane: Sendable {
        case mailboxes, elsewhere
    }

    struct Entry: Sendable {
        var place: Place
        /// Octets that count.
        let size: Int
        var lane = Lane.mailboxes
        var isReplay: Bool
        var failures = 0
    }

    private struct Line {
        /// Those before `next` are taken already.
        var due: [Entry] = []
        var next = 0
        /// Messages ever added.
        var accepted: UInt64 = 0
        var isDelivering = false

        /// True: start delivering.
        mutating func add(_ entry: Entry) -> Bool {
            due.append(entry)
            accepted &+= 1
            defer { isDelivering = true }
            return !isDelivering
        }

        mutating func take(_ count: Int, octets: Int) -> [Entry] {
            var batch: [Entry] = []
            var size = 0
            while batch.count < count, next < due.count {
                let entry = due[next]
                guard batch.isEmpty || size + entry.size <= octets else { break }
                size += entry.size
                batch.append(entry)
                next += 1
            }
            if next == due.count || next >= 4_096 {
                due.removeFirst(next)
                next = 0
            }
            if batch.isEmpty { isDelivering = false }
            return batch
        }
    }

    private struct State {
        var lines: [Lane: Line] = [:]
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

    /// Adds what an earlier run accepted.
    ///
    /// - Returns: where to start delivering.
    func restore(_ entries: [Entry]) -> [Lane] {
        state.withLock { state in for entry in entries { state.octets += entry.size } }
        return add(entries)
    }

    /// Adds accepted messages.
    ///
    /// - Returns: where to start delivering.
    func add(_ entries: [Entry]) -> [Lane] {
        state.withLock { state in
            state.active += entries.count
            return entries.filter { state.lines[$0.lane, default: Line()].add($0) }.map(\.lane)
        }
    }

    /// The next messages to deliver, up to `count` of them and, beyond the first, up to so many octets. None: delivering has
    /// ended.
    func take(_ count: Int, octets: Int, of lane: Lane) -> [Entry] {
        state.withLock { $0.lines[lane, default: Line()].take(count, octets: octets) }
    }

    /// Messages that are due in a lane, octets of all that wait, and messages that the lane ever had.
    func load(of lane: Lane) -> (due: Int, octets: Int, accepted: UInt64) {
        state.withLock { state in
            let line = state.lines[lane, default: Line()]
            return (line.due.count - line.next, state.octets, line.accepted)
        }
    }

    /// Messages ever accepted.
    var accepted: UInt64 { state.withLock { $0.lines.values.reduce(0) { $0 &+ $1.accepted } } }

    /// A message was delivered.
    func finish(_ entry: Entry) { release(entry.size, of: 1) }

    /// A message waits for another try. Its octets still count.
    func postpone(_ entry: Entry) { release(0, of: 1, failing: true) }

    /// The pause of a message is over.
    ///
    /// - Returns: where to start delivering.
    func resume(_ entry: Entry) -> [Lane] { add([entry]) }

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
