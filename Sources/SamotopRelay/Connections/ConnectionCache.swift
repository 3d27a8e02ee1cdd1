import NIOCore
import SamotopClient
import SamotopCore
import Synchronization

/// Keeps idle connections for the next message to the same server, few and for a short while.
final class ConnectionCache: Sendable {
    private let idle = Mutex<[ConnectionKey: [ServerConnection]]>([:])
    private let settings: RelaySettings
    private let clock: any WallClock
    private let group: any EventLoopGroup
    /// One timer for all: a timer for each message would wake its loop each time, and stay long after the message.
    private let isTimerSet = Atomic(false)

    init(settings: RelaySettings, clock: any WallClock, group: any EventLoopGroup) {
        self.settings = settings
        self.clock = clock
        self.group = group
    }

    /// Connections that are kept.
    var count: Int { idle.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    /// An idle connection, the one that was used last; it is the caller's from now on.
    func take(_ key: ConnectionKey) -> ServerConnection? {
        let now = clock.now().seconds
        let (found, useless): (ServerConnection?, [ServerConnection]) = idle.withLock { idle in
            guard var connections = idle[key] else { return (nil, []) }
            var useless: [ServerConnection] = []
            while let connection = connections.popLast() {
                if isFresh(connection, now) {
                    idle[key] = connections.isEmpty ? nil : connections
                    return (connection, useless)
                }
                useless.append(connection)
            }
            idle[key] = nil
            return (nil, useless)
        }
        for connection in useless { connection.quit() }
        return found
    }

    /// Keeps a connection that has carried its message, if that is worth it, and sees to it that it ends in time.
    func put(_ connection: ServerConnection) {
        let now = clock.now().seconds
        var connection = connection
        connection.idleSince = now
        guard connection.isReusable, connection.messages < settings.maximumMessagesOfConnection,
            isFresh(connection, now)
        else { return connection.quit() }
        let isKept = idle.withLock { [connection] idle in
            guard idle[connection.key, default: []].count < settings.maximumIdleConnectionsOfServer,
                idle.values.reduce(0, { $0 + $1.count }) < settings.maximumIdleConnections
            else { return false }
            idle[connection.key, default: []].append(connection)
            return true
        }
        if isKept { setTimer() } else { connection.quit() }
    }

    /// Ends the connections that are due then, and waits for the next one if any is left.
    private func setTimer() {
        guard !isTimerSet.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let oldest = idle.withLock { $0.values.joined().map(\.idleSince).min() } ?? .max
        let limit = max(settings.idleTime, 0)
        let pause = limit &- min(max(clock.now().seconds &- oldest, 0), limit) &+ 1
        group.any().scheduleTask(in: .seconds(pause)) { [weak self] in
            guard let self else { return }
            self.isTimerSet.store(false, ordering: .releasing)
            self.sweep()
            if self.count > 0 { self.setTimer() }
        }
    }

    /// Ends those that have been idle for too long, or all.
    func sweep(all: Bool = false) {
        let now = clock.now().seconds
        let over = idle.withLock { idle in
            var over: [ServerConnection] = []
            for (key, connections) in idle {
                let fresh = all ? [] : connections.filter { isFresh($0, now) }
                over += all ? connections : connections.filter { !isFresh($0, now) }
                idle[key] = fresh.isEmpty ? nil : fresh
            }
            return over
        }
        for connection in over { connection.quit() }
    }

    /// A clock that was set back makes a connection old.
    private func isFresh(_ connection: ServerConnection, _ now: Int64) -> Bool {
        connection.smtp.isReusable && (0...max(settings.idleTime, 0)).contains(now &- connection.idleSince)
            && (0...max(settings.connectionLifetime, 0)).contains(now &- connection.made)
    }
}
