import NIOCore

/// Which connection a caller gets, without any I/O: the connections, the callers that wait and the time come from outside.
struct ConnectionPool<Connection: Sendable>: Sendable {
    /// What a caller that asks for a connection gets.
    enum Lease {
        case use(Connection)
        /// A place for a new one, which has to be given back if it can't be made.
        case connect
        case wait
        case full
        case shutDown
    }

    /// What becomes of a place.
    enum Handover {
        /// The waiting caller with this number gets the connection; nil: a place for a new one.
        case waiter(UInt64, Connection?)
        /// The connection stays idle.
        case idle
        /// The connection has to be closed, if there is one.
        case close(isLast: Bool)
    }

    private struct Idle: Sendable {
        let connection: Connection
        let since: NIODeadline
    }

    private let configuration: PoolConfiguration
    private var idle: [Idle] = []
    private var waiting: [UInt64] = []
    private var nextWaiter: UInt64 = 0
    /// Connections that are open or being made.
    private(set) var open = 0
    private(set) var isShutDown = false

    init(_ configuration: PoolConfiguration) { self.configuration = configuration }

    var idleCount: Int { idle.count }
    var waitingCount: Int { waiting.count }

    /// A connection for a caller: the one that was used last, so that the others can grow old.
    ///
    /// - Parameter isUsable: whether an idle connection can still be used; those that can't are brought back to be closed.
    mutating func lease(isUsable: (Connection) -> Bool) -> (lease: Lease, broken: [Connection]) {
        guard !isShutDown else { return (.shutDown, []) }
        var broken: [Connection] = []
        while let last = idle.popLast() {
            if isUsable(last.connection) { return (.use(last.connection), broken) }
            open -= 1
            broken.append(last.connection)
        }
        if open < configuration.maximumConnections {
            open += 1
            return (.connect, broken)
        }
        return (waiting.count < configuration.maximumWaiting ? .wait : .full, broken)
    }

    /// A number for a caller that has to wait. First come, first served.
    mutating func enqueue() -> UInt64 {
        nextWaiter &+= 1
        waiting.append(nextWaiter)
        return nextWaiter
    }

    /// A caller that waits no more; false when it was served already.
    mutating func leave(_ waiter: UInt64) -> Bool {
        guard let index = waiting.firstIndex(of: waiter) else { return false }
        waiting.remove(at: index)
        return true
    }

    /// A connection comes back; nil when it is broken or was never made.
    mutating func giveBack(_ connection: Connection?, now: NIODeadline) -> Handover {
        if !isShutDown, let next = waiting.first {
            waiting.removeFirst()
            return .waiter(next, connection)
        }
        if !isShutDown, let connection {
            idle.append(Idle(connection: connection, since: now))
            return .idle
        }
        open -= 1
        return .close(isLast: isShutDown && open == 0)
    }

    /// Takes out what has been idle for too long, and says when to look again.
    mutating func expire(now: NIODeadline) -> (expired: [Connection], next: NIODeadline?) {
        let time = TimeAmount(configuration.idleTimeout)
        // The oldest come first.
        var expired: [Connection] = []
        while idle.count > configuration.minimumIdle, let oldest = idle.first, oldest.since + time <= now {
            idle.removeFirst()
            open -= 1
            expired.append(oldest.connection)
        }
        return (expired, idle.count > configuration.minimumIdle ? idle.first.map { $0.since + time } : nil)
    }

    /// Takes places for the idle connections that are missing.
    mutating func reserveIdle() -> Int {
        guard !isShutDown else { return 0 }
        let missing = min(configuration.minimumIdle - idle.count, configuration.maximumConnections - open)
        guard missing > 0 else { return 0 }
        open += missing
        return missing
    }

    /// Ends the pool: no more leases. Brings the idle connections, to be closed, and the callers that wait in vain.
    mutating func shutDown() -> (idle: [Connection], waiting: [UInt64]) {
        guard !isShutDown else { return ([], []) }
        isShutDown = true
        let connections = idle.map(\.connection)
        let callers = waiting
        open -= connections.count
        idle = []
        waiting = []
        return (connections, callers)
    }
}
