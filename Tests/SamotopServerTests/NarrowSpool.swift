import SamotopCore
import Synchronization

/// A spool that is full after each slice until somebody makes room.
final class NarrowSpool: Spool {
    private let intakes = Mutex<[NarrowIntake]>([])

    func open(declaredSize: UInt64?, wake: @escaping @Sendable () -> Void) throws(SpoolError) -> any SpoolIntake {
        let intake = NarrowIntake(wake)
        intakes.withLock { $0.append(intake) }
        return intake
    }

    /// Octets that were taken, of all messages.
    var taken: Int { intakes.withLock { $0.reduce(0) { $0 + $1.count } } }

    /// Slices that were brought although there was no room.
    var overruns: Int { intakes.withLock { $0.reduce(0) { $0 + $1.overruns } } }

    func makeRoom() {
        for intake in intakes.withLock({ $0 }) { intake.makeRoom() }
    }
}

private final class NarrowIntake: SpoolIntake {
    private struct State {
        var bytes: [UInt8] = []
        var hasRoom = true
        var overruns = 0
    }
    private let state = Mutex(State())
    private let wake: @Sendable () -> Void

    init(_ wake: @escaping @Sendable () -> Void) { self.wake = wake }

    var hasRoom: Bool { state.withLock { $0.hasRoom } }
    var count: Int { state.withLock { $0.bytes.count } }
    var overruns: Int { state.withLock { $0.overruns } }

    func append(_ slice: Span<UInt8>) throws(SpoolError) -> SpoolRoom {
        var octets: [UInt8] = []
        for index in slice.indices { octets.append(slice[index]) }
        state.withLock { [octets] state in
            if !state.hasRoom { state.overruns += 1 }
            state.bytes += octets
            state.hasRoom = false
        }
        return .full
    }

    func makeRoom() {
        let wasFull = state.withLock { state in
            defer { state.hasRoom = true }
            return !state.hasRoom
        }
        if wasFull { wake() }
    }

    func finish() async throws -> any MailContent { MemoryContent(state.withLock { $0.bytes }) }
    func discard() { state.withLock { $0.bytes = [] } }
}
